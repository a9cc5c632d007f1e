import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { blobSha, changedFiles, type Tree } from "./repository.ts";

export interface FakeComment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: "Bot" | "User" };
}

/** Answers instead of the route, or breaks its answer off half-way; `times` limits how often (default: always). */
export type Fault = {
  readonly method: string;
  readonly path: RegExp;
  times?: number;
} & ({ readonly status: number; readonly message: string } | { readonly cutOff: true });

export interface JournalEntry {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

export interface FakeScenario {
  /** Content at the merge base, and at the head. */
  readonly mergeBase: Tree;
  readonly head: Tree;
  /** Content at the tip of the base branch, where it has moved on since. */
  readonly baseTip?: Tree;
  readonly comments?: readonly { readonly body: string; readonly login: string; readonly type?: "Bot" | "User" }[];
  readonly faults?: readonly Fault[];
  /** Who the token is: GITHUB_TOKEN is a bot that may not ask `GET /user`. */
  readonly tokenUser?: string;
}

export const FAKE = {
  repository: "acme/inference",
  pullNumber: 7,
  baseSha: "b".repeat(40),
  mergeBaseSha: "a".repeat(40),
  headSha: "c".repeat(40),
  token: "ghs_fakeTokenOfTheTests",
} as const;

export interface FakeGithub {
  readonly url: string;
  readonly comments: FakeComment[];
  readonly journal: JournalEntry[];
  readonly faults: Fault[];
  /** Requests that changed something. */
  writes(): JournalEntry[];
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const ok = (body: unknown): Reply => ({ status: 200, body });
const error = (status: number, message: string): Reply => ({
  status,
  body: { message, documentation_url: "https://docs.github.com/rest" },
});

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? null : JSON.parse(text);
}

/** One page of a list, with GitHub's Link header. */
function page(items: readonly unknown[], url: URL): Reply {
  const perPage = Math.min(100, Number(url.searchParams.get("per_page") ?? 30));
  const number = Number(url.searchParams.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (target: number, rel: string) => {
    const to = new URL(url);
    to.searchParams.set("page", String(target));
    return `<${to.href}>; rel="${rel}"`;
  };
  const links = number < last ? [link(number + 1, "next"), link(last, "last")] : [];
  return {
    status: 200,
    body: items.slice((number - 1) * perPage, number * perPage),
    headers: links.length > 0 ? { link: links.join(", ") } : {},
  };
}

/** Real HTTP on loopback for the part of GitHub's REST that the Action uses. */
export async function startFakeGithub(scenario: FakeScenario): Promise<FakeGithub> {
  const trees = new Map<string, Tree>([
    [FAKE.mergeBaseSha, scenario.mergeBase],
    [FAKE.baseSha, scenario.baseTip ?? scenario.mergeBase],
    [FAKE.headSha, scenario.head],
  ]);
  const comments: FakeComment[] = (scenario.comments ?? []).map((comment, index) => ({
    id: index + 1,
    body: comment.body,
    user: { login: comment.login, type: comment.type ?? "User" },
  }));
  const journal: JournalEntry[] = [];
  const faults: Fault[] = (scenario.faults ?? []).map((fault) => ({ ...fault }));
  const tokenUser = scenario.tokenUser ?? "github-actions[bot]";
  const repo = `/repos/${FAKE.repository}`;
  const htmlUrl = (id: number) => `https://github.com/${FAKE.repository}/pull/${FAKE.pullNumber}#issuecomment-${id}`;
  const shown = (comment: FakeComment) => ({ ...comment, html_url: htmlUrl(comment.id) });

  function content(url: URL): Reply {
    const path = decodeURIComponent(url.pathname.slice(`${repo}/contents/`.length));
    const tree = trees.get(url.searchParams.get("ref") ?? "");
    const text = tree?.[path];
    if (text === undefined) return error(404, "Not Found");
    const size = Buffer.byteLength(text);
    const body = { type: "file", path, size, sha: blobSha(text) };
    // GitHub leaves the content out above 1 MB.
    return size > 1_048_576
      ? ok({ ...body, encoding: "none", content: "" })
      : ok({ ...body, encoding: "base64", content: Buffer.from(text).toString("base64") });
  }

  function compare(url: URL): Reply {
    if (!url.pathname.endsWith(`/${FAKE.baseSha}...${FAKE.headSha}`)) return error(404, "Not Found");
    return ok({
      merge_base_commit: { sha: FAKE.mergeBaseSha },
      files: changedFiles(scenario.mergeBase, scenario.head).slice(0, 300),
    });
  }

  function route(method: string, url: URL, body: unknown): Reply {
    const path = url.pathname;
    const text = body !== null && typeof body === "object" && "body" in body ? String(body.body) : "";
    const tooLong = text.length > 65_536;
    if (method === "GET" && path === "/user") {
      return tokenUser.endsWith("[bot]")
        ? error(403, "Resource not accessible by integration")
        : ok({ login: tokenUser });
    }
    if (method === "GET" && path.startsWith(`${repo}/compare/`)) return compare(url);
    if (method === "GET" && path === `${repo}/pulls/${FAKE.pullNumber}/files`) {
      return page(changedFiles(scenario.mergeBase, scenario.head).slice(0, 3000), url);
    }
    if (method === "GET" && path.startsWith(`${repo}/contents/`)) return content(url);
    if (path === `${repo}/issues/${FAKE.pullNumber}/comments`) {
      if (method === "GET") return page(comments.map(shown), url);
      if (method === "POST") {
        if (tooLong) return error(422, "Validation Failed");
        const comment: FakeComment = {
          id: comments.length + 1,
          body: text,
          user: { login: tokenUser, type: tokenUser.endsWith("[bot]") ? "Bot" : "User" },
        };
        comments.push(comment);
        return { status: 201, body: shown(comment) };
      }
    }
    const id = path.match(new RegExp(`^${repo}/issues/comments/(\\d+)$`))?.[1];
    const comment = comments.find((each) => String(each.id) === id);
    if (method === "PATCH" && comment) {
      if (tooLong) return error(422, "Validation Failed");
      comment.body = text;
      return ok(shown(comment));
    }
    return error(404, "Not Found");
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const method = request.method ?? "GET";
    const body = await readBody(request);
    const fault = faults.find(
      (each) => each.method === method && each.path.test(url.pathname) && (each.times ?? 1) > 0,
    );
    if (fault?.times !== undefined) fault.times -= 1;
    const authorized = request.headers.authorization === `token ${FAKE.token}`;
    const reply =
      fault && "status" in fault
        ? error(fault.status, fault.message)
        : authorized
          ? route(method, url, body)
          : error(401, "Bad credentials");
    journal.push({ method, path: url.pathname + url.search, status: reply.status });
    response.writeHead(reply.status, { "content-type": "application/json; charset=utf-8", ...reply.headers });
    const text = JSON.stringify(reply.body);
    if (fault && "cutOff" in fault) response.write(text.slice(0, text.length / 2), () => response.destroy());
    else response.end(text);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => response.destroy(cause as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake GitHub has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    comments,
    journal,
    faults,
    writes: () => journal.filter((entry) => entry.method !== "GET"),
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((cause) => (cause ? reject(cause) : resolve()));
      }),
  };
}
