/** A file that describes a deployment is smaller; above 1 MB the contents API leaves the text out. */
export const MAX_BYTES = 1_048_576;

export type Text =
  | { readonly kind: "text"; readonly content: string }
  | { readonly kind: "skipped"; readonly why: string };
export const skip = (why: string): Text => ({ kind: "skipped", why });
export const TOO_LARGE = skip("it is larger than 1 MB");

/** Git LFS keeps the file elsewhere and this in its place. */
const LFS_POINTER = "version https://git-lfs.github.com/spec/";

/** Bytes as UTF-8 text without a byte order mark, or why they are none. */
export function decode(bytes: Uint8Array): Text {
  if (bytes.length > MAX_BYTES) return TOO_LARGE;
  let content: string;
  try {
    content = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return skip("it is not UTF-8 text");
  }
  if (content.includes("\0")) return skip("it is binary");
  return content.startsWith(LFS_POINTER) ? skip("it is a Git LFS pointer") : { kind: "text", content };
}
