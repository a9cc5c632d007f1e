import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { gitRepository } from "./fake-github/git-repository.ts";
import { pullRequestPayload } from "./fake-github/payloads.ts";
import type { Tree } from "./fake-github/repository.ts";
import { type ActionSetup, readTree, runAction } from "./fake-github/run-action.ts";
import { FAKE, type FakeGithub, type FakeScenario, type Fault, startFakeGithub } from "./fake-github/server.ts";

const [mergeBase, head] = await Promise.all([
  readTree("replicas-and-int8", "base"),
  readTree("replicas-and-int8", "head"),
]);
const COMMENTS = /\/issues\/7\/comments$/;
const BOT = { login: "github-actions[bot]", type: "Bot" } as const;
const OLD = `<!-- ecocompute:default sha=${"d".repeat(40)} -->\nolder`;

let github: FakeGithub;
afterEach(() => github.close());
const start = async (more: Partial<FakeScenario> = {}) => {
  github = await startFakeGithub({ mergeBase, head, ...more });
};
/** Suggested changes are another surface, tested apart. */
const run = (more: Partial<ActionSetup> = {}) =>
  runAction({ apiUrl: github.url, ...more, inputs: { suggestions: "false", ...more.inputs } });
/** What a fault does, without where. */
type Spoiling = { status: number; message: string; html?: string } | { drop: true } | { cutOff: true };
const withFault = (fault: Fault) => start({ faults: [fault] });

describe("39: failures that may have been successes", () => {
  test.each([
    ["the connection is lost after the comment was made", { drop: true }],
    ["the answer is cut off", { cutOff: true }],
    ["the service says 502 and did nothing", { status: 502, message: "Bad gateway" }],
  ] as const)("%s: one comment", async (_, fault) => {
    await withFault({ method: "POST", path: COMMENTS, times: 1, ...fault });
    const { outputs, log } = await run();
    expect(outputs["comment-posted"], log).toBe("true");
    expect(github.comments).toHaveLength(1);
  });

  test.each<[string, Spoiling]>([
    ...[500, 502, 503, 504].map((status): [string, Spoiling] => [`${status}`, { status, message: "Server Error" }]),
    ["a lost connection", { drop: true }],
    ["JSON that ends in the middle", { cutOff: true }],
    ["a page of HTML in place of JSON", { status: 200, message: "", html: "<html>Unicorn</html>" }],
  ])("a read that meets %s once is tried again, and goes unnoticed", async (_, fault) => {
    await withFault({ method: "GET", path: /\/compare\//, times: 1, ...fault });
    const { exitCode, log, summary } = await run();
    expect(exitCode, log).toBe(1);
    expect(summary).toContain("app/summarize.py:11");
    expect(github.journal.filter(({ path }) => path.includes("/compare/"))).toHaveLength(2);
  });

  test("a read that fails for good is tried three times, no more, and told", async () => {
    await withFault({ method: "GET", path: /\/compare\//, status: 502, message: "Server Error" });
    const { exitCode, summary } = await run();
    expect(exitCode).toBe(3);
    expect(summary).toContain("GitHub answered 502 (Server Error");
    expect(summary).toContain("Run the job again.");
    expect(github.journal.filter(({ path }) => path.includes("/compare/"))).toHaveLength(3);
  });

  test("a server that speaks no TLS is told as one that did not answer", async () => {
    await start();
    const { exitCode, summary } = await run({ apiUrl: github.url.replace("http:", "https:") });
    expect(exitCode).toBe(3);
    expect(summary).toContain("The changes could not be read: GitHub did not answer");
  });

  test("a slow answer is waited for", async () => {
    await withFault({ method: "GET", path: /\/compare\//, delayMs: 1_500 });
    expect((await run()).exitCode).toBe(1);
  });
});

describe("40: rate limits", () => {
  const limited = { status: 403, message: "You have exceeded a secondary rate limit." };

  test.each([
    ["Retry-After", { "retry-after": "1" }],
    ["x-ratelimit-reset", { "x-ratelimit-reset": String(Math.floor(Date.now() / 1_000)) }],
    ["the text alone", {}],
  ])("waits as %s says, and writes", async (_, headers) => {
    await withFault({ method: "POST", path: COMMENTS, times: 1, ...limited, headers });
    const { outputs, log } = await run();
    expect(outputs["comment-posted"], log).toBe("true");
    expect(github.comments).toHaveLength(1);
  });

  test("does not wait an hour: the report is in the summary", async () => {
    await withFault({ method: "POST", path: COMMENTS, ...limited, headers: { "retry-after": "3600" } });
    const { outputs, summary, reportJson } = await run();
    expect(outputs["comment-skip-reason"]).toBe("rate-limit");
    expect(summary).toContain("app/summarize.py:11");
    expect(reportJson).toContain('"code": "comment-rate-limit"');
  });

  test("a plain refusal is never repeated", async () => {
    await withFault({ method: "POST", path: COMMENTS, status: 422, message: "Validation Failed" });
    await run();
    expect(github.journal.filter(({ method }) => method === "POST")).toHaveLength(1);
  });
});

describe("42: writes", () => {
  test("keep a second between them, the comment first", async () => {
    await start();
    await run({ inputs: { suggestions: "true" } });
    const writes = github.writes();
    expect(writes.map(({ path }) => path)).toEqual([
      "/repos/acme/inference/issues/7/comments",
      "/repos/acme/inference/pulls/7/reviews",
    ]);
    const [first = 0, second = 0] = github.writtenAt;
    // Two clocks: the one that waits is not the one that looks.
    expect(second - first).toBeGreaterThanOrEqual(950);
  });
});

describe("3: refusals are told apart, and nothing of an answer floods the log", () => {
  test("a long answer is cut", async () => {
    const message = `${"secret body ".repeat(100)}`;
    await withFault({ method: "POST", path: COMMENTS, status: 500, message });
    const { log } = await run();
    expect(log).toContain("GitHub answered 500");
    expect(log).not.toContain(message.slice(0, 220));
    expect(log).not.toContain(FAKE.token);
  });

  const secret = "secret body ".repeat(400);
  const READS = { method: "GET", path: /\/compare\// };
  const WRITES = { method: "POST", path: COMMENTS };
  test.each([
    ["no comment, 403", WRITES, 403, "Resource not accessible by integration", "(403)", "pull-requests: write"],
    ["no comment, 404", WRITES, 404, "Not Found", "(404)", "pull-requests: write"],
    ["no comment, 401", WRITES, 401, "Bad credentials", "(401)", "github-token"],
    ["no files, 403", READS, 403, "Resource not accessible by integration", "answered 403", "contents: read"],
    ["no files, 404", READS, 404, "Not Found", "answered 404", "contents: read"],
    ["no files, 401", READS, 401, "Bad credentials", "answered 401", "github-token"],
  ])("%s: the message says what is missing", async (_, where, status, message, answer, missing) => {
    await withFault({ ...where, status, message: `${message} ${secret}` });
    const { log, summary } = await run();
    const told = log.split("\n").filter((line) => line.includes(answer));
    expect(told, log).toHaveLength(1);
    expect(told[0]).toContain(missing);
    for (const text of [log, summary]) {
      expect(text).not.toContain(FAKE.token);
      expect(text).not.toContain(secret.slice(0, 201));
    }
  });
});

describe("41, 43: with a checkout the audit needs no request", () => {
  test.each([
    ["the rate limit is used up", { status: 403, message: "API rate limit exceeded for installation." }],
    ["the service is down", { status: 503, message: "Unavailable" }],
  ])("%s: verdict and summary are as ever", async (_, refusal) => {
    await start({
      faults: [
        { method: "GET", path: /./, ...refusal, headers: { "retry-after": "3600" } },
        { method: "POST", path: /./, ...refusal, headers: { "retry-after": "3600" } },
      ],
    });
    const repository = gitRepository(mergeBase);
    const base = repository.git("rev-parse", "HEAD");
    const event = pullRequestPayload({ base, head: repository.commit(head) });
    const { exitCode, summary, outputs, log } = await run({ event, env: { GITHUB_WORKSPACE: repository.folder } });
    repository.remove();
    expect(exitCode, log).toBe(1);
    expect(summary).toContain("app/summarize.py:11");
    expect(outputs["comment-posted"]).toBe("false");
  });
});

describe("42: a usual pull request of 20 files and 3 deployments takes at most 10 requests", () => {
  const manifest = mergeBase["k8s/chat.yaml"] ?? "";
  const tree = (replicas: number): Tree => ({
    ...Object.fromEntries(
      ["a", "b", "c"].map((name) => [`k8s/${name}.yaml`, manifest.replace("replicas: 2", `replicas: ${replicas}`)]),
    ),
    ...Object.fromEntries(
      Array.from({ length: 17 }, (_, i) => [`web/page-${i}.ts`, `export const n = ${replicas};\n`]),
    ),
  });

  test("through the API", async () => {
    await start({ mergeBase: tree(2), head: tree(4) });
    const { outputs, log } = await run();
    expect(outputs["comment-posted"], log).toBe("true");
    expect(github.journal.length, JSON.stringify(github.journal, null, 1)).toBeLessThanOrEqual(10);
  });

  test("from a checkout, and again for the second push", async () => {
    const repository = gitRepository(tree(2));
    const base = repository.git("rev-parse", "HEAD");
    const sha = repository.commit(tree(4));
    await start({ comments: [{ ...BOT, body: OLD }], headNow: sha });
    const { outputs, log } = await run({
      event: pullRequestPayload({ base, head: sha }),
      env: { GITHUB_WORKSPACE: repository.folder },
    });
    repository.remove();
    expect(outputs["comment-posted"], log).toBe("true");
    expect(github.writes()).toMatchObject([{ method: "PATCH" }]);
    expect(github.journal.length, JSON.stringify(github.journal, null, 1)).toBeLessThanOrEqual(5);
  });
});

describe("44: GitHub Enterprise Server", () => {
  test("links lead to the server, and no GraphQL is needed", async () => {
    await start({ graphql: false, comments: [{ ...BOT, body: OLD }] });
    const { outputs, log } = await run({ env: { GITHUB_SERVER_URL: "https://ghe.example.org" } });
    expect(outputs["comment-posted"], log).toBe("true");
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain("](https://ghe.example.org/acme/inference/blob/");
    expect(github.comments[0]?.body).not.toContain("https://github.com");
  });
});

test("44: GitHub behind a proxy", async () => {
  await start();
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on("connect", (request, client: Socket) => {
    asked.push(request.url ?? "");
    const upstream = connect(Number(new URL(github.url).port), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    client.on("error", () => upstream.destroy());
  });
  const port = await new Promise<number>((resolve) => {
    proxy.listen(0, "127.0.0.1", () => {
      const address = proxy.address();
      resolve(address !== null && typeof address === "object" ? address.port : 0);
    });
  });
  const { outputs, log } = await run({
    apiUrl: "http://ghe.example.org",
    env: { http_proxy: `http://127.0.0.1:${port}`, GITHUB_SERVER_URL: "http://ghe.example.org" },
  });
  proxy.close();
  expect(outputs["comment-posted"], log).toBe("true");
  expect(new Set(asked)).toEqual(new Set(["ghe.example.org:80"]));
  expect(github.comments).toHaveLength(1);
});

describe("10, 11: its own comment is found", () => {
  test.each([31, 101, 1_001])("at position %i, within 12 requests", async (position) => {
    const others = Array.from({ length: position - 1 }, (_, i) => ({ login: "dev", body: `comment ${i}` }));
    await start({ comments: [...others, { ...BOT, body: OLD }] });
    const { log } = await run({ env: { GITHUB_WORKSPACE: "" } });
    expect(github.comments, log).toHaveLength(position);
    const asked = github.journal.filter(({ path }) => path.includes("/issues/") || path === "/graphql");
    expect(asked.length).toBeLessThanOrEqual(14);
    expect(asked.filter(({ method }) => method === "GET").length).toBeLessThanOrEqual(12);
  });

  test("by a GitHub App's own name", async () => {
    await start({
      tokenUser: "eco-app[bot]",
      comments: [
        { ...BOT, body: OLD },
        { login: "eco-app[bot]", type: "Bot", body: OLD },
      ],
    });
    await run();
    expect(github.comments).toHaveLength(2);
    expect(github.comments[0]?.body).toBe(OLD);
    expect(github.comments[1]?.body).toContain("raises LLM serving energy");
  });

  test("by an App without GraphQL there is still one comment after each run", async () => {
    await start({
      tokenUser: "eco-app[bot]",
      graphql: false,
      comments: [{ login: "eco-app[bot]", type: "Bot", body: OLD }],
    });
    await run();
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain("raises LLM serving energy");
  });
});

describe("14, 15, 19: what the pull request is by now", () => {
  test.each([
    ["a head that moved on", { headNow: "e".repeat(40) }, "outdated"],
    ["a pull request that was closed", { state: "closed" }, "closed"],
  ] as const)("%s gets no comment; the summary has the report", async (_, scenario, reason) => {
    await start(scenario);
    const { outputs, summary, exitCode } = await run();
    expect(outputs["comment-skip-reason"]).toBe(reason);
    expect(github.writes()).toEqual([]);
    expect(summary).toContain("app/summarize.py:11");
    expect(exitCode).toBe(1);
  });
});
