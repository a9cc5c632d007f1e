/** Bounds of one request: they keep hostile input cheap. */
export const MAX_BODY_BYTES = 64 * 1024;
export const MAX_URL_BYTES = 8 * 1024;
/** An object in the body is depth 1. */
export const MAX_JSON_DEPTH = 8;
/** Entries of an array in a body. */
export const MAX_ARRAY_ITEMS = 16;
/** Of one OPTIMIZE: each takes some 60 µs. */
export const MAX_CONFIGURATIONS = 512;
/** Characters of the user's own text that an error repeats. */
export const MAX_RECEIVED_LENGTH = 64;
/** Bytes of a protocol's answer. */
export const MAX_ANSWER_BYTES = 64 * 1024;
/** Requests of one address in `RATE_WINDOW_S` seconds: the binding in wrangler.toml says the same, and a test compares. */
export const RATE_LIMIT = 120;
export const RATE_WINDOW_S = 60;
