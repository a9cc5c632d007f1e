/** Bounds of one request: they keep hostile input cheap. */
export const MAX_BODY_BYTES = 64 * 1024;
export const MAX_URL_BYTES = 8 * 1024;
/** An object in the body is depth 1. */
export const MAX_JSON_DEPTH = 8;
/** Characters of the user's own text that an error repeats. */
export const MAX_RECEIVED_LENGTH = 64;
