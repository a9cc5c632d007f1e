export { GitFailed, git, type Whose } from "./git.ts";
export { type Blob, entriesAt, listTree, readBlobs } from "./objects.ts";
export { decode, MAX_BYTES, skip, type Text, tooLarge } from "./text.ts";
