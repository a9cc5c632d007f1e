/** Endings of the files that a reader may find a deployment in; a host fetches no others. */
const ENDINGS = [".py", ".yaml", ".yml"];

/** Is this path worth fetching? What is inside decides later. */
export const isAuditable = (path: string): boolean => ENDINGS.some((ending) => path.toLowerCase().endsWith(ending));
