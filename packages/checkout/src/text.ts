/** A file that describes a deployment is smaller; above 1 MB the contents API leaves the text out. */
export const MAX_BYTES = 1_048_576;

export type Text =
  | { readonly kind: "text"; readonly content: string }
  | { readonly kind: "skipped"; readonly why: string };
export const skip = (why: string): Text => ({ kind: "skipped", why });
export const tooLarge = (maxBytes: number = MAX_BYTES): Text =>
  skip(`it is larger than ${maxBytes === MAX_BYTES ? "1 MB" : `${maxBytes} bytes`}`);

/** Git LFS keeps the file elsewhere and this in its place. */
const LFS_POINTER = "version https://git-lfs.github.com/spec/";

/** Bytes as UTF-8 text without a byte order mark, or why they are none. */
export function decode(bytes: Uint8Array, maxBytes: number = MAX_BYTES): Text {
  if (bytes.length > maxBytes) return tooLarge(maxBytes);
  let content: string;
  try {
    content = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) return skip("it is not UTF-8 text");
    throw cause;
  }
  if (content.includes("\0")) return skip("it is binary");
  return content.startsWith(LFS_POINTER) ? skip("it is a Git LFS pointer") : { kind: "text", content };
}
