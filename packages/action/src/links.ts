import type { Environment } from "./inputs.ts";

const server = (env: Environment): string => env.GITHUB_SERVER_URL || "https://github.com";

/** Where a reader finds a line of a commit. */
export const fileUrl =
  (env: Environment, { owner, repo }: { readonly owner: string; readonly repo: string }, sha: string) =>
  (path: string, line: number): string =>
    `${server(env)}/${owner}/${repo}/blob/${sha}/${path.split("/").map(encodeSegment).join("/")}#L${line}`;

/** Brackets would end a Markdown link. A half of a character, which no URL can hold, is shown as replaced. */
const encodeSegment = (segment: string): string =>
  encodeURIComponent(segment.replace(/\p{Cs}/gu, "\uFFFD"))
    .replaceAll("(", "%28")
    .replaceAll(")", "%29");

/** Where the Action that runs lives; null where it is used from the workspace. */
export const projectUrl = (env: Environment): string | null =>
  env.GITHUB_ACTION_REPOSITORY ? `${server(env)}/${env.GITHUB_ACTION_REPOSITORY}` : null;

/** The page of the version that runs; null where the action is used from the workspace, which has no address. */
export function methodUrl(env: Environment): string | null {
  const project = projectUrl(env);
  return project && `${project}/blob/${encodeURIComponent(env.GITHUB_ACTION_REF || "HEAD")}/docs/method.md`;
}
