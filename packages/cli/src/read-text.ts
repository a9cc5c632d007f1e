export type Text =
  | { readonly kind: "text"; readonly content: string }
  | { readonly kind: "skipped"; readonly why: string };
export const skip = (why: string): Text => ({ kind: "skipped", why });

export const tooLarge = (maxBytes: number): string => `larger than ${maxBytes} bytes`;

/** Bytes of a file as text, or why they are none. */
export function decode(bytes: Uint8Array): Text {
  try {
    const content = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return content.includes("\0") ? skip("it is binary") : { kind: "text", content };
  } catch (cause) {
    if (cause instanceof TypeError) return skip("it is not UTF-8 text");
    throw cause;
  }
}
