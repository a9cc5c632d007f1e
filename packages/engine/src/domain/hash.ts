const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** FNV-1a over UTF-16 units, 64 bits as 16 hexadecimal digits: tells texts apart, keeps no secret. At most the first 4,096 units count. */
export function hash64(text: string): string {
  let hash = OFFSET_BASIS;
  const length = Math.min(text.length, 4_096);
  for (let i = 0; i < length; i += 1) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * PRIME);
  return hash.toString(16).padStart(16, "0");
}
