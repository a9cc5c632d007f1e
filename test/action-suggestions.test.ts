import { afterEach, describe, expect, test } from "vitest";
import { readTree, runAction } from "./fake-github/run-action.ts";
import { type FakeGithub, type FakeScenario, startFakeGithub } from "./fake-github/server.ts";

let github: FakeGithub | undefined;
afterEach(async () => {
  await github?.close();
  github = undefined;
});
const [mergeBase, head] = await Promise.all([
  readTree("replicas-and-int8", "base"),
  readTree("replicas-and-int8", "head"),
]);
const PATH = "app/summarize.py";
/** Suggested changes of the fixture's Python file. */
const own = (fake: FakeGithub) => fake.reviewComments.filter(({ path }) => path === PATH);
const start = async (more: Partial<FakeScenario> = {}) => {
  github = await startFakeGithub({ mergeBase, head, ...more });
  return github;
};

/** What a click on "commit suggestion" makes of a file. */
function applied(
  text: string,
  { line, start_line, body }: { line: number; start_line?: number; body: string },
): string {
  const replacement = /\n(`{3,})suggestion\n([\s\S]*?)\n\1$/.exec(body)?.[2] ?? "";
  const lines = text.split("\n");
  lines.splice((start_line ?? line) - 1, line - (start_line ?? line) + 1, ...replacement.split("\n"));
  return lines.join("\n");
}

describe("61: suggested changes", () => {
  test("applying one silences its rule", async () => {
    const fake = await start();
    const run = await runAction({ apiUrl: fake.url });
    expect(run.exitCode, run.log).toBe(1);
    const [suggestion] = own(fake);
    expect(suggestion).toMatchObject({ path: PATH, line: 11 });
    if (!suggestion) throw new Error("no suggestion was posted");
    expect(suggestion.body).toContain("**int8-default**");
    const fixed = { ...head, [PATH]: applied(head[PATH] ?? "", suggestion) };
    await fake.close();
    const after = await start({ head: fixed });
    const again = await runAction({ apiUrl: after.url });
    expect(again.outputs["critical-count"], again.log).toBe("0");
    expect(own(after)).toEqual([]);
  });

  test("a second run does not repeat them, and leaves those of others alone", async () => {
    const fake = await start();
    await runAction({ apiUrl: fake.url });
    await runAction({ apiUrl: fake.url });
    const [posted, ...more] = own(fake);
    expect(more).toEqual([]);
    if (!posted) throw new Error("no suggestion was posted");
    await fake.close();
    const copied = await start({ reviewComments: [{ ...posted, user: { login: "mallory" } }] });
    await runAction({ apiUrl: copied.url });
    expect(own(copied)).toHaveLength(2);
  });

  test("one that GitHub refuses loses no other, and the findings stand in the comment", async () => {
    const two = { ...head, "app/other.py": head[PATH] ?? "" };
    const fake = await start({
      head: two,
      faults: [{ method: "POST", path: /\/pulls\/7\/reviews$/, status: 422, message: "Unprocessable Entity" }],
    });
    const run = await runAction({ apiUrl: fake.url });
    expect(fake.reviewComments.map((each) => each.path)).toEqual(expect.arrayContaining(["app/other.py", PATH]));
    expect(run.reportJson).toContain('"degraded": []');
  });

  test("45, 71: where none is taken the comment and the summary have every fix", async () => {
    const fake = await start({
      faults: [
        { method: "POST", path: /\/pulls\/7\/(comments|reviews)$/, status: 422, message: "Unprocessable Entity" },
      ],
    });
    const run = await runAction({ apiUrl: fake.url });
    expect(run.exitCode).toBe(1);
    expect(fake.reviewComments).toEqual([]);
    expect(fake.comments[0]?.body).toContain("threshold=0.0");
    expect(run.summary).toContain("threshold=0.0");
    expect(run.reportJson).toContain('"code": "suggestions-service-error"');
  });

  test.each([
    ["switched off", { suggestions: "false" }],
    ["without a comment", { comment: "never" }],
  ])("none where they are %s", async (_, inputs) => {
    const fake = await start();
    await runAction({ apiUrl: fake.url, inputs });
    expect(fake.journal.filter((entry) => entry.path.includes("/pulls/7/comments"))).toEqual([]);
  });

  test("none on lines that the diff does not show", async () => {
    const far = { ...mergeBase, [PATH]: `${head[PATH] ?? ""}${"\n# more\n".repeat(20)}` };
    const fake = await start({ mergeBase: far, head: { ...far, [PATH]: `${far[PATH] ?? ""}y = 1\n` } });
    const run = await runAction({ apiUrl: fake.url, inputs: { comment: "always" } });
    expect(run.exitCode, run.log).toBe(0);
    expect(fake.reviewComments).toEqual([]);
  });
});
