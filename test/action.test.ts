import { catalogueData } from "@ecocompute/data";
import { afterEach, describe, expect, test } from "vitest";
import type { Tree } from "./fake-github/repository.ts";
import { type ActionRun, readTree, runAction } from "./fake-github/run-action.ts";
import { FAKE, type FakeGithub, type FakeScenario, startFakeGithub } from "./fake-github/server.ts";

const MARKER = `<!-- ecocompute:default sha=${FAKE.headSha} run=1.1 -->`;
const OLD_MARKER = `<!-- ecocompute:default sha=${"d".repeat(40)} -->`;
/** Without the version of the data, which moves with every row that is added. */
const withoutVersion = (text: string): string => text.replaceAll(catalogueData.dataset_version, "2026.01.01+golden");
const WRITE_COMMENTS = /^\/repos\/acme\/inference\/issues\//;

const INT8 = `from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", load_in_8bit=True)
`;

let github: FakeGithub | undefined;
afterEach(async () => {
  await github?.close();
  github = undefined;
});

/** Of the comment, suggested changes left aside. */
const commentWrites = (fake: FakeGithub) => fake.writes().filter((entry) => entry.path.includes("/issues/"));

async function start(fixture: string, more: Partial<FakeScenario> = {}): Promise<FakeGithub> {
  const [mergeBase, head] = await Promise.all([readTree(fixture, "base"), readTree(fixture, "head")]);
  github = await startFakeGithub({ mergeBase, head, ...more });
  return github;
}

/** Exit status, verdict and summary of the fixture whose new Python file is a critical finding. */
function expectCompleteVerdict(run: ActionRun): void {
  expect(run.exitCode, run.log).toBe(1);
  expect(run.outputs.verdict).toBe("fail");
  expect(run.summary).toContain("This pull request raises LLM serving energy");
  expect(run.summary).toContain("int8-default");
  expect(run.reportJson).toContain('"rule": "int8-default"');
  expect(run.log).not.toContain(FAKE.token);
}

describe("a pull request that doubles replicas, bounds the batch and adds default INT8", () => {
  test("gets one comment, which a reviewer can read in test/goldens", async () => {
    const fake = await start("replicas-and-int8");
    const { url, comments } = fake;
    const run = await runAction({ apiUrl: url });
    expectCompleteVerdict(run);
    expect(commentWrites(fake)).toEqual([
      { method: "POST", path: "/repos/acme/inference/issues/7/comments", status: 201 },
    ]);
    const body = comments[0]?.body ?? "";
    expect(body.startsWith(`${MARKER}\n`)).toBe(true);
    expect(run.outputs["comment-url"]).toBe("https://github.com/acme/inference/pull/7#issuecomment-1");
    expect(run.outputs["comment-skip-reason"]).toBe("");
    await expect(withoutVersion(body)).toMatchFileSnapshot("goldens/pull-request-comment.md");
  });

  test("says which causes the rise has, and where the findings are", async () => {
    const { url, comments } = await start("replicas-and-int8");
    await runAction({ apiUrl: url });
    const body = comments[0]?.body ?? "";
    expect(body).toMatch(/idle replicas, \+[\d.,]+ kWh a month/);
    expect(body).toMatch(/lost batching, \S+ kWh a month/);
    expect(body).toContain("k8s/chat.yaml:");
    expect(body).toContain("app/summarize.py:11");
  });

  test("46: has outputs that agree with the comment", async () => {
    const { url } = await start("replicas-and-int8");
    const { outputs } = await runAction({ apiUrl: url });
    expect(Number(outputs["critical-count"])).toBeGreaterThan(0);
    expect(Number(outputs.findings)).toBeGreaterThanOrEqual(
      Number(outputs["critical-count"]) + Number(outputs["warning-count"]),
    );
    const delta = Number(outputs["energy-kwh-month-delta"]);
    expect(delta).toBeGreaterThan(0);
    expect(Number(outputs["energy-kwh-month"])).toBeGreaterThan(delta);
    expect(Number(outputs["cost-usd-month-delta"])).toBeGreaterThan(0);
    expect(Number(outputs["carbon-kgco2e-month-delta"])).toBeGreaterThan(0);
  });

  test("a second run edits an older comment, a third identical run writes nothing", async () => {
    const fake = await start("replicas-and-int8", {
      comments: [{ login: "github-actions[bot]", type: "Bot", body: `${OLD_MARKER}\nolder text` }],
    });
    await runAction({ apiUrl: fake.url });
    expect(commentWrites(fake)).toEqual([
      { method: "PATCH", path: "/repos/acme/inference/issues/comments/1", status: 200 },
    ]);
    expect(fake.comments).toHaveLength(1);
    expect(fake.comments[0]?.body.startsWith(MARKER)).toBe(true);
    const third = await runAction({ apiUrl: fake.url });
    expect(commentWrites(fake)).toHaveLength(1);
    expect(third.outputs["comment-url"]).toContain("#issuecomment-1");
  });

  test("is annotated where it happens", async () => {
    const { url } = await start("replicas-and-int8");
    const { log } = await runAction({ apiUrl: url });
    expect(log).toMatch(/^::error title=int8-default,file=app\/summarize.py,line=\d+,endLine=\d+::/m);
    const quiet = await runAction({ apiUrl: url, inputs: { annotations: "false" } });
    expect(quiet.log).not.toContain("file=app/summarize.py");
  });

  test("is compared with the merge base, not with a base branch that moved on", async () => {
    const [base, head] = await Promise.all([
      readTree("replicas-and-int8", "base"),
      readTree("replicas-and-int8", "head"),
    ]);
    const moved = (base["k8s/chat.yaml"] ?? "").replace("replicas: 2", "replicas: 50");
    const stale = await start("replicas-and-int8", { baseTip: { ...base, "k8s/chat.yaml": moved } });
    const run = await runAction({ apiUrl: stale.url });
    expect(head["k8s/chat.yaml"]).toContain("replicas: 4");
    expect(Number(run.outputs["energy-kwh-month-delta"])).toBeGreaterThan(0);
  });
});

describe("32: a pull request that only touches the README", () => {
  test("posts nothing and passes", async () => {
    const { url, writes } = await start("readme-only");
    const run = await runAction({ apiUrl: url });
    expect(run.exitCode, run.log).toBe(0);
    expect(run.outputs).toMatchObject({ verdict: "pass", findings: "0", "comment-skip-reason": "no-change" });
    expect(writes()).toEqual([]);
    expect(run.summary).toContain("changes no LLM deployment that could be read");
  });

  test("17: brings a comment of an earlier push up to date", async () => {
    const { url, comments } = await start("readme-only", {
      comments: [{ login: "github-actions[bot]", type: "Bot", body: `${OLD_MARKER}\nraises energy` }],
    });
    await runAction({ apiUrl: url });
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain("no longer changes LLM serving energy");
  });
});

describe("files", () => {
  const startWith = async (change: (base: Tree) => { mergeBase: Tree; head: Tree }) => {
    github = await startFakeGithub(change(await readTree("replicas-and-int8", "base")));
    return github;
  };

  test("that moved change nothing", async () => {
    const { url, writes } = await startWith(({ "k8s/chat.yaml": manifest = "", ...rest }) => ({
      mergeBase: { ...rest, "k8s/chat.yaml": manifest },
      head: { ...rest, "deploy/chat (1).yaml": manifest },
    }));
    const run = await runAction({ apiUrl: url });
    expect(run.exitCode, run.log).toBe(0);
    expect(run.outputs).toMatchObject({ "energy-kwh-month-delta": "0", "comment-skip-reason": "no-change" });
    expect(writes()).toEqual([]);
  });

  test("that go lower the energy by all that they used", async () => {
    const { url, comments } = await startWith(({ "k8s/chat.yaml": manifest = "", ...rest }) => ({
      mergeBase: { ...rest, "k8s/chat.yaml": manifest },
      head: rest,
    }));
    const run = await runAction({ apiUrl: url });
    expect(run.exitCode, run.log).toBe(0);
    expect(run.outputs["energy-kwh-month"]).toBe("0");
    expect(comments[0]?.body).toMatch(/lowers LLM serving energy by .* kWh a month \(−100 %/);
  });

  test("that cannot be read are told, and the others are still judged", async () => {
    const { url } = await startWith((base) => ({
      mergeBase: base,
      head: { ...base, "app/a.py": "x = 1\0", "app/b.py": "#".repeat(1_048_577), "app/c.py": INT8 },
    }));
    const run = await runAction({ apiUrl: url });
    expect(run.exitCode, run.log).toBe(1);
    expect(run.summary).toContain("`app/a.py` was not read: it is binary");
    expect(run.summary).toContain("`app/b.py` was not read: it is larger than 1 MB");
    expect(run.summary).toContain("app/c.py:");
  });

  test("that are too much together are told, the small ones judged first", async () => {
    const filler = Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [`app/big-${i}.py`, `${"x = 1\n".repeat(150_000)}y = ${i}\n`]),
    );
    const { url } = await startWith((base) => ({ mergeBase: base, head: { ...base, ...filler, "app/zz.py": INT8 } }));
    const run = await runAction({ apiUrl: url });
    expect(run.exitCode, run.log).toBe(1);
    expect(run.summary).toContain("app/zz.py:");
    expect(run.summary).toContain("was not read: the changed deployment files exceed 8 MB together");
  });

  test("outside of `paths` are not even fetched", async () => {
    const { url, journal } = await start("replicas-and-int8");
    const run = await runAction({ apiUrl: url, inputs: { paths: "**/*.yaml" } });
    expect(run.exitCode, run.log).toBe(0);
    expect(journal.filter((entry) => entry.path.includes(".py"))).toEqual([]);
  });

  test("beyond the first 100 are listed too", async () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`app/a${i}.txt`, "text"]));
    const { url } = await startWith((base) => ({ mergeBase: base, head: { ...base, ...many, "app/z.py": INT8 } }));
    const run = await runAction({ apiUrl: url });
    expect(run.outputs["critical-count"], run.log).toBe("1");
  });
});

describe("3, 16, 71: when the comment cannot be written", () => {
  const cases = [
    { status: 403, message: "Resource not accessible by integration", reason: "read-only-token" },
    { status: 403, message: "Unable to create comment because issue is locked.", reason: "locked" },
    { status: 403, message: "You have exceeded a secondary rate limit.", reason: "rate-limit" },
    { status: 404, message: "Not Found", reason: "not-found" },
    { status: 401, message: "Bad credentials", reason: "bad-credentials" },
    { status: 502, message: "Server Error", reason: "service-error" },
  ] as const;
  test.each(cases)("$status ($reason): the summary is complete and the verdict decides", async (fault) => {
    const { url, comments } = await start("replicas-and-int8", {
      faults: [{ method: "POST", path: WRITE_COMMENTS, status: fault.status, message: fault.message }],
    });
    const run = await runAction({ apiUrl: url, inputs: { annotations: "false" } });
    expectCompleteVerdict(run);
    expect(comments).toEqual([]);
    expect(run.outputs).toMatchObject({ "comment-skip-reason": fault.reason, "comment-url": "" });
    expect(run.log.match(/^::notice/gm)).toHaveLength(1);
    const passing = await runAction({ apiUrl: url, inputs: { "fail-on": "never" } });
    expect(passing.exitCode).toBe(0);
  });

  test("comment: never asks for no comment at all", async () => {
    const { url, journal } = await start("replicas-and-int8");
    const run = await runAction({ apiUrl: url, inputs: { comment: "never" } });
    expectCompleteVerdict(run);
    expect(run.outputs["comment-skip-reason"]).toBe("disabled");
    expect(journal.filter((entry) => entry.path.includes("/issues/"))).toEqual([]);
  });

  test("1: contents: read alone is enough to analyse", async () => {
    const { url } = await start("replicas-and-int8", {
      faults: [{ method: "GET", path: /\/pulls\//, status: 403, message: "Resource not accessible by integration" }],
    });
    expectCompleteVerdict(await runAction({ apiUrl: url, inputs: { comment: "never" } }));
  });
});

describe("9, 11, 12, 16: the comment that is edited", () => {
  const others = (n: number) => Array.from({ length: n }, (_, i) => ({ login: "dev", body: `comment ${i}` }));
  const own = { login: "github-actions[bot]", type: "Bot", body: `${OLD_MARKER}\nolder text` } as const;

  test("is found on the fourth page", async () => {
    const fake = await start("replicas-and-int8", { comments: [...others(350), own] });
    const { url, comments } = fake;
    await runAction({ apiUrl: url });
    expect(commentWrites(fake)).toEqual([
      { method: "PATCH", path: "/repos/acme/inference/issues/comments/351", status: 200 },
    ]);
    expect(comments).toHaveLength(351);
  });

  test("is never that of somebody who quotes the marker", async () => {
    const quotes = [
      { login: "mallory", body: `${MARKER}\nnot ours` },
      { login: "other-app[bot]", type: "Bot", body: `${MARKER}\nnot ours` },
      { login: "github-actions[bot]", type: "Bot", body: `> ${MARKER}\nquoted by another workflow` },
      { login: "github-actions[bot]", type: "Bot", body: "<!-- ecocompute:default-2 sha=1 -->\nanother key" },
    ] as const;
    const fake = await start("replicas-and-int8", { comments: quotes });
    const { url, comments } = fake;
    await runAction({ apiUrl: url });
    expect(commentWrites(fake).map((entry) => entry.method)).toEqual(["POST"]);
    expect(comments.slice(0, quotes.length).map((comment) => comment.body)).toEqual(quotes.map((each) => each.body));
  });

  test("is that of the user whose token is used", async () => {
    const fake = await start("replicas-and-int8", {
      tokenUser: "release-robot",
      comments: [own, { login: "release-robot", body: `${OLD_MARKER}\nolder text` }],
    });
    await runAction({ apiUrl: fake.url });
    expect(commentWrites(fake).map((entry) => entry.path)).toEqual(["/repos/acme/inference/issues/comments/2"]);
  });

  test("is written anew when somebody deleted it meanwhile", async () => {
    const fake = await start("replicas-and-int8", {
      comments: [own],
      faults: [{ method: "PATCH", path: WRITE_COMMENTS, status: 404, message: "Not Found" }],
    });
    await runAction({ apiUrl: fake.url });
    expect(commentWrites(fake).map((entry) => [entry.method, entry.status])).toEqual([
      ["PATCH", 404],
      ["POST", 201],
      // The fake keeps what it says is gone.
      ["DELETE", 204],
    ]);
  });

  test("is another one for another key", async () => {
    const { url, comments } = await start("replicas-and-int8", { comments: [own] });
    await runAction({ apiUrl: url, inputs: { "comment-key": "staging" } });
    expect(comments).toHaveLength(2);
    expect(comments[1]?.body.startsWith("<!-- ecocompute:staging sha=")).toBe(true);
  });
});

describe("54: the exit status", () => {
  test("0 where no policy is violated, 1 where a limit is", async () => {
    const { url } = await start("replicas-and-int8");
    const inputs = { "fail-on": "never", comment: "never" };
    expect((await runAction({ apiUrl: url, inputs })).exitCode).toBe(0);
    const limited = await runAction({ apiUrl: url, inputs: { ...inputs, "max-increase-percent": "10" } });
    expect(limited.exitCode).toBe(1);
    expect(limited.summary).toContain("max-increase-percent");
    expect((await runAction({ apiUrl: url, inputs: { ...inputs, "max-monthly-kwh": "0.5" } })).exitCode).toBe(1);
    expect((await runAction({ apiUrl: url, inputs: { ...inputs, "max-monthly-usd": "1000000" } })).exitCode).toBe(0);
  });

  test("2 for wrong inputs, all told at once, with a suggestion", async () => {
    const { url, journal } = await start("readme-only");
    const run = await runAction({ apiUrl: url, inputs: { "fail-on": "critcal", "max-monthly-kwh": "lots" } });
    expect(run.exitCode).toBe(2);
    expect(run.outputs.verdict).toBe("usage-error");
    expect(run.log).toContain('Did you mean "critical"?');
    expect(run.log).toContain('max-monthly-kwh: expected a number of 0 or more, such as 25 or 12.5; received "lots"');
    expect(journal).toEqual([]);
  });

  test.each(["{", "{}", '{"repository":{"full_name":"a/b"},"pull_request":{"number":"1; rm"}}'])(
    "2 for the event payload %s",
    async (event) => {
      const { url } = await start("readme-only");
      const run = await runAction({ apiUrl: url, event });
      expect(run.exitCode, run.log).toBe(2);
      expect(run.log).toContain("the event payload");
    },
  );

  test("other events pass under mode auto and are an error under mode audit", async () => {
    const { url, journal } = await start("readme-only");
    const issues = { apiUrl: url, eventName: "issues", event: "{}" };
    expect((await runAction(issues)).exitCode).toBe(0);
    expect((await runAction({ ...issues, inputs: { mode: "audit" } })).exitCode).toBe(2);
    expect(journal).toEqual([]);
  });

  test("3 where GitHub is down, after trying again", async () => {
    const { url, journal } = await start("replicas-and-int8", {
      faults: [{ method: "GET", path: /\/compare\//, status: 503, message: "Unicorn" }],
    });
    const run = await runAction({ apiUrl: url });
    expect(run.exitCode, run.log).toBe(3);
    expect(run.outputs.verdict).toBe("could-not-analyse");
    expect(run.summary).toContain("did not analyse");
    expect(journal).toHaveLength(3);
  });

  test("3 where nothing answers at all", async () => {
    const run = await runAction({ apiUrl: "http://127.0.0.1:9" });
    expect(run.exitCode, run.log).toBe(3);
    expect(run.log).toContain("did not answer");
  });

  test("3 where the list of files is cut off, after trying again", async () => {
    const { url, journal } = await start("replicas-and-int8", {
      faults: [{ method: "GET", path: /\/compare\//, cutOff: true }],
    });
    const run = await runAction({ apiUrl: url });
    expect(run.exitCode, run.log).toBe(3);
    expect(run.outputs.verdict).toBe("could-not-analyse");
    expect(run.log).toContain("was cut off");
    expect(journal.filter((entry) => entry.path.includes("/compare/"))).toHaveLength(3);
  });

  test("a list of files that is cut off once is read again", async () => {
    const { url } = await start("replicas-and-int8", {
      faults: [{ method: "GET", path: /\/compare\//, cutOff: true, times: 1 }],
    });
    expectCompleteVerdict(await runAction({ apiUrl: url }));
  });

  test.each([
    { status: 403, message: "API rate limit exceeded for installation.", told: "run the job again later" },
    { status: 403, message: "Resource not accessible by integration", told: "permissions: contents: read" },
    { status: 404, message: "No common ancestor between main and topic.", told: "share no history" },
  ])("3 with what to do for $status $message", async ({ told, ...refusal }) => {
    const { url } = await start("replicas-and-int8", { faults: [{ method: "GET", path: /\/compare\//, ...refusal }] });
    const run = await runAction({ apiUrl: url });
    expect(run.exitCode, run.log).toBe(3);
    expect(run.log).toContain(told);
    expect(run.log.includes("permissions:")).toBe(told.startsWith("permissions:"));
    expect(run.log).not.toContain("bug of its own");
  });

  test("a single failure of the service goes unnoticed", async () => {
    const { url } = await start("replicas-and-int8", {
      faults: [{ method: "GET", path: /\/contents\//, status: 500, message: "Server Error", times: 1 }],
    });
    expectCompleteVerdict(await runAction({ apiUrl: url }));
  });
});
