import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Contents, treeContents } from "./contents.ts";
import type { Tree } from "./repository.ts";

export interface FakeComment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: "Bot" | "User" };
}

/** Answers instead of the route, or spoils its answer; `times` limits how often (default: always), `after` lets so many by first. */
export type Fault = {
  readonly method: string;
  readonly path: RegExp;
  times?: number;
  after?: number;
} & (
  | {
      readonly status: number;
      readonly message: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** Instead of JSON. */
      readonly html?: string;
    }
  /** The answer stops in the middle. */
  | { readonly cutOff: true }
  /** The request is carried out, and the connection lost before an answer. */
  | { readonly drop: true }
  | { readonly delayMs: number }
);

export interface JournalEntry {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body?: unknown;
}

export interface FakeReviewComment {
  readonly id: number;
  readonly body: string;
  readonly path: string;
  readonly line: number;
  readonly start_line?: number;
  readonly user: { readonly login: string };
}

export interface FakeIssue {
  readonly number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  readonly user: { readonly login: string };
  readonly pull_request?: object;
}

/** GitHub's names of what a token may do. */
export type Permission = "contents: read" | "pull-requests: read" | "pull-requests: write" | "issues: write";

/** What a request needs; a token without it gets 403, as an installation's does. */
const NEEDS: readonly (readonly [RegExp, RegExp, readonly Permission[]])[] = [
  [/^GET$/, /\/(contents|compare|git)\//, ["contents: read"]],
  [/^GET$/, /\/(pulls|issues)\/?/, ["pull-requests: read", "pull-requests: write", "issues: write"]],
  [/^(POST|PATCH|DELETE)$/, /\/pulls\/\d+\//, ["pull-requests: write"]],
  [/^(POST|PATCH|DELETE)$/, /\/issues\/(\d+\/comments|comments\/)/, ["pull-requests: write", "issues: write"]],
  [/^(POST|PATCH|DELETE)$/, /\/issues(\/\d+)?$/, ["issues: write"]],
];

export interface FakeScenario {
  /** Content at the merge base, and at the head. */
  readonly mergeBase: Tree;
  readonly head: Tree;
  /** Content at the tip of the base branch, where it has moved on since. */
  readonly baseTip?: Tree;
  /** Instead of these trees: the commits of a real repository. */
  readonly contents?: Contents;
  readonly comments?: readonly { readonly body: string; readonly login: string; readonly type?: "Bot" | "User" }[];
  readonly faults?: readonly Fault[];
  /** Who the token is: GITHUB_TOKEN is a bot that may not ask `GET /user`. */
  readonly tokenUser?: string;
  /** Does the server speak GraphQL? Default: yes. */
  readonly graphql?: boolean;
  /** Default: all. */
  readonly permissions?: readonly Permission[];
  readonly state?: "open" | "closed";
  /** The head at the moment; default: the one of the event. */
  readonly headNow?: string;
  readonly issues?: readonly FakeIssue[];
  readonly reviewComments?: readonly FakeReviewComment[];
  /** `pulls?head=`: pull requests whose head is the one of the event. */
  readonly openPulls?: readonly object[];
  /** Keep what was sent in the journal. */
  readonly recordBodies?: boolean;
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
  readonly reviewComments: FakeReviewComment[];
  readonly issues: FakeIssue[];
  readonly journal: JournalEntry[];
  readonly faults: Fault[];
  /** When each of `writes()` came, in milliseconds. */
  readonly writtenAt: readonly number[];
  /** Requests that changed something; GraphQL is only asked. */
  writes(): JournalEntry[];
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly html?: string;
}

/** Bytes of a file that the contents API refuses. */
const MAX_CONTENT = 100 * 1_048_576;
const TOO_LARGE = {
  message:
    "This API returns blobs up to 1 MB in size. The requested blob is too large to fetch via the API, but you can always clone the repository.",
  errors: [{ resource: "Blob", field: "data", code: "too_large" }],
};

const ok = (body: unknown): Reply => ({ status: 200, body });
const error = (status: number, message: string): Reply => ({
  status,
  body: { message, documentation_url: "https://docs.github.com/rest" },
});

const isWrite = (method: string, path: string): boolean => method !== "GET" && path !== "/graphql";

/** A text of a JSON body; "" where there is none. */
const field = (body: unknown, name: string): string => {
  const value: unknown = body !== null && typeof body === "object" ? Reflect.get(body, name) : undefined;
  return typeof value === "string" ? value : "";
};

/** First and last line of the head of each hunk. */
const hunksOf = (patch: string): (readonly [number, number])[] =>
  [...patch.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)].map(([, start = "0", length = "1"]) => [
    Number(start),
    Number(start) + Number(length) - 1,
  ]);

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
  const reviewComments: FakeReviewComment[] = [...(scenario.reviewComments ?? [])];
  const issues: FakeIssue[] = (scenario.issues ?? []).map((issue) => ({ ...issue }));
  let nextId = comments.length + 1;
  const journal: JournalEntry[] = [];
  const writtenAt: number[] = [];
  const faults: Fault[] = (scenario.faults ?? []).map((fault) => ({ ...fault }));
  const tokenUser = scenario.tokenUser ?? "github-actions[bot]";
  const repo = `/repos/${FAKE.repository}`;
  const htmlUrl = (id: number) => `https://github.com/${FAKE.repository}/pull/${FAKE.pullNumber}#issuecomment-${id}`;
  const shown = (comment: FakeComment) => ({ ...comment, html_url: htmlUrl(comment.id) });
  const shownIssue = (issue: FakeIssue) => ({
    ...issue,
    html_url: `https://github.com/${FAKE.repository}/issues/${issue.number}`,
  });
  const contents =
    scenario.contents ??
    treeContents(trees, {
      merge_base_sha: FAKE.mergeBaseSha,
      head_sha: FAKE.headSha,
      ranges: [FAKE.baseSha, "main"].map((base) => `${base}...${FAKE.headSha}`),
    });
  const mayNot = (method: string, path: string) => {
    const { permissions } = scenario;
    const needs = NEEDS.find(([m, p]) => m.test(method) && p.test(path))?.[2];
    return permissions && needs && !needs.some((need) => permissions.includes(need));
  };

  function content(url: URL): Reply {
    const path = decodeURIComponent(url.pathname.slice(`${repo}/contents/`.length));
    const entry = contents.entry(path, url.searchParams.get("ref") ?? "");
    if (entry === null) return error(404, "Not Found");
    if (entry.type !== "file") return ok(entry.type === "dir" ? [] : { type: entry.type, path });
    const { size, sha } = entry;
    if (size > MAX_CONTENT) return { status: 403, body: TOO_LARGE };
    const body = { type: "file", path, size, sha };
    // GitHub leaves the content out above 1 MB.
    return size > 1_048_576
      ? ok({ ...body, encoding: "none", content: "" })
      : ok({ ...body, encoding: "base64", content: entry.bytes().toString("base64") });
  }

  function compare(url: URL): Reply {
    if (!contents.ranges.some((range) => url.pathname.endsWith(`/${range}`))) return error(404, "Not Found");
    return ok({
      merge_base_commit: { sha: contents.merge_base_sha },
      files: contents.files().slice(0, 300),
    });
  }

  function route(method: string, url: URL, body: unknown): Reply {
    const path = url.pathname;
    const text = field(body, "body");
    const tooLong = text.length > 65_536;
    if (method === "GET" && path === "/user") {
      return tokenUser.endsWith("[bot]")
        ? error(403, "Resource not accessible by integration")
        : ok({ login: tokenUser });
    }
    if (path === "/graphql") {
      return scenario.graphql === false ? error(404, "Not Found") : ok({ data: { viewer: { login: tokenUser } } });
    }
    if (mayNot(method, path)) return error(403, "Resource not accessible by integration");
    if (method === "GET" && path.startsWith(`${repo}/compare/`)) return compare(url);
    if (method === "GET" && path.startsWith(`${repo}/git/trees/`)) {
      const tree = contents.tree(path.slice(`${repo}/git/trees/`.length));
      return tree ? ok({ tree, truncated: false }) : error(404, "Not Found");
    }
    if (method === "GET" && path === `${repo}/pulls`) return page(scenario.openPulls ?? [], url);
    if (method === "GET" && path === `${repo}/pulls/${FAKE.pullNumber}`) {
      return ok({
        number: FAKE.pullNumber,
        state: scenario.state ?? "open",
        head: { sha: scenario.headNow ?? FAKE.headSha },
      });
    }
    if (path === `${repo}/pulls/${FAKE.pullNumber}/comments`) {
      if (method === "GET") return page(reviewComments, url);
      if (method === "POST") return review([body]);
    }
    if (method === "POST" && path === `${repo}/pulls/${FAKE.pullNumber}/reviews`) {
      const asked = body !== null && typeof body === "object" && "comments" in body ? body.comments : null;
      return Array.isArray(asked) ? review(asked) : error(422, "Validation Failed");
    }
    if (path === `${repo}/issues`) {
      if (method === "GET") return page(issues.map(shownIssue), url);
      if (method === "POST") {
        const issue: FakeIssue = {
          number: 100 + issues.length,
          title: field(body, "title"),
          body: text,
          state: "open",
          user: { login: tokenUser },
        };
        issues.push(issue);
        return { status: 201, body: shownIssue(issue) };
      }
    }
    const issue = issues.find((each) => path === `${repo}/issues/${each.number}`);
    if (method === "PATCH" && issue) {
      if (tooLong) return error(422, "Validation Failed");
      issue.title = field(body, "title") || issue.title;
      issue.body = text || issue.body;
      if (field(body, "state") === "open" || field(body, "state") === "closed") {
        issue.state = field(body, "state") === "open" ? "open" : "closed";
      }
      return ok(shownIssue(issue));
    }
    if (method === "GET" && path === `${repo}/pulls/${FAKE.pullNumber}/files`) {
      return page(contents.files().slice(0, 3000), url);
    }
    if (method === "GET" && path.startsWith(`${repo}/contents/`)) return content(url);
    if (path === `${repo}/issues/${FAKE.pullNumber}/comments`) {
      if (method === "GET") return page(comments.map(shown), url);
      if (method === "POST") {
        if (tooLong) return error(422, "Validation Failed");
        const comment: FakeComment = {
          id: nextId++,
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
    if (method === "DELETE" && comment) {
      comments.splice(comments.indexOf(comment), 1);
      return { status: 204, body: null };
    }
    return error(404, "Not Found");
  }

  /** One comment outside of a hunk refuses the whole review. */
  function review(asked: readonly unknown[]): Reply {
    const made = asked.map((each, i): FakeReviewComment => {
      const number = (name: string) => Number(Reflect.get(Object(each), name));
      const start = number("start_line");
      return {
        id: 1_000 + reviewComments.length + i,
        body: field(each, "body"),
        path: field(each, "path"),
        line: number("line"),
        ...(Number.isNaN(start) ? {} : { start_line: start }),
        user: { login: tokenUser },
      };
    });
    const files = contents.files();
    const isInHunk = ({ path, line, start_line }: FakeReviewComment) => {
      const hunks = hunksOf(files.find((file) => file.filename === path)?.patch ?? "");
      return hunks.some(([from, to]) => from <= (start_line ?? line) && line <= to);
    };
    if (!made.every(isInHunk)) return error(422, "Unprocessable Entity: line must be part of the diff");
    reviewComments.push(...made);
    return { status: 201, body: { id: 1 } };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const method = request.method ?? "GET";
    const body = await readBody(request);
    const fault = faults.find((each) => {
      if (each.method !== method || !each.path.test(url.pathname) || (each.times ?? 1) <= 0) return false;
      if (each.after === undefined || each.after <= 0) return true;
      each.after -= 1;
      return false;
    });
    if (fault?.times !== undefined) fault.times -= 1;
    if (fault && "delayMs" in fault) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    const authorized = request.headers.authorization === `token ${FAKE.token}`;
    const reply =
      fault && "status" in fault
        ? {
            ...error(fault.status, fault.message),
            ...(fault.headers ? { headers: fault.headers } : {}),
            ...(fault.html === undefined ? {} : { html: fault.html }),
          }
        : authorized
          ? route(method, url, body)
          : error(401, "Bad credentials");
    if (isWrite(method, url.pathname)) writtenAt.push(performance.now());
    journal.push({
      method,
      path: url.pathname + url.search,
      status: reply.status,
      ...(scenario.recordBodies ? { body } : {}),
    });
    if (fault && "drop" in fault) {
      response.destroy();
      return;
    }
    const type = reply.html === undefined ? "application/json; charset=utf-8" : "text/html";
    response.writeHead(reply.status, { "content-type": type, ...reply.headers });
    const text = reply.html ?? (reply.body === null ? "" : JSON.stringify(reply.body));
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
    reviewComments,
    issues,
    journal,
    faults,
    writtenAt,
    writes: () => journal.filter(({ method, path }) => isWrite(method, path)),
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((cause) => (cause ? reject(cause) : resolve()));
      }),
  };
}
