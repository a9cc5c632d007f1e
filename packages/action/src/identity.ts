import { type Octokit, refusalOf, statusOf } from "./github.ts";

/** Who writes when the workflow uses its own GITHUB_TOKEN. */
const ACTIONS_BOT = "github-actions[bot]";

/**
 * Login of whom the token belongs to. The token of an installation (a workflow's own, or a GitHub App's) may not ask
 * REST who it is, and may ask GraphQL; where neither answers it is taken for the workflow's own.
 */
export async function ownLogin(octokit: Octokit, token: string): Promise<string> {
  const asked = token.startsWith("ghs_") ? [viewer] : [user, viewer];
  for (const ask of asked) {
    try {
      const login = await ask(octokit);
      if (login !== null) return login;
    } catch (cause) {
      // A server without GraphQL answers this way or that; a bug is no failed request and goes on.
      if (refusalOf(cause) === null) throw cause;
      const status = statusOf(cause);
      if (status === null || status >= 500) throw cause;
    }
  }
  return ACTIONS_BOT;
}

const user = async (octokit: Octokit): Promise<string> => (await octokit.rest.users.getAuthenticated()).data.login;

async function viewer(octokit: Octokit): Promise<string | null> {
  const { data } = await octokit.request("POST /graphql", { query: "query { viewer { login } }" });
  const login: unknown = data?.data?.viewer?.login;
  return typeof login === "string" && login !== "" ? login : null;
}
