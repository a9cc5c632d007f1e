import { describe, expect, test } from "vitest";
import { type EventSource, parseEvent } from "./event.ts";

const BASE = "b".repeat(40);
const HEAD = "c".repeat(40);
const NONE = "0".repeat(40);
const repository = { full_name: "acme/inference", default_branch: "main" };
const pull_request = {
  number: 7,
  base: { sha: BASE, ref: "main", repo: { full_name: "acme/inference" } },
  head: { sha: HEAD, ref: "topic", repo: { full_name: "acme/inference" } },
};

const read = (name: string, payload: unknown, more: Partial<EventSource> = {}) =>
  parseEvent({
    name,
    text: typeof payload === "string" ? payload : JSON.stringify(payload),
    repository: "acme/inference",
    sha: HEAD,
    ref: "refs/heads/topic",
    ...more,
  });
const COMMON = { owner: "acme", repo: "inference", head_sha: HEAD };
const change = (more: object) => ({
  kind: "change",
  event: { ...COMMON, number: null, base: BASE, changed_files: null, is_fork: false, api_only: false, ...more },
});

describe("27: events", () => {
  test.each(["opened", "synchronize", "reopened", "ready_for_review", "edited"])("pull_request %s", (action) => {
    expect(read("pull_request", { action, repository, pull_request })).toEqual(
      change({ event: "pull_request", number: 7 }),
    );
  });

  test("28: the base is what the payload says, also after the base branch was changed", () => {
    const retargeted = { ...pull_request, base: { ...pull_request.base, ref: "release", sha: "d".repeat(40) } };
    expect(read("pull_request", { action: "edited", repository, pull_request: retargeted })).toMatchObject({
      event: { base: "d".repeat(40) },
    });
  });

  test.each([
    [3_100, 3_100],
    ["3100", null],
    [-1, null],
  ])("24: a payload that says %j changed files gives %j", (changed_files, known) => {
    expect(read("pull_request", { repository, pull_request: { ...pull_request, changed_files } })).toEqual(
      change({ event: "pull_request", number: 7, changed_files: known }),
    );
  });

  test("pull_request_target is read through the API only", () => {
    expect(read("pull_request_target", { repository, pull_request })).toEqual(
      change({ event: "pull_request_target", number: 7, api_only: true }),
    );
  });

  test.each([
    ["another repository", { ...pull_request.head, repo: { full_name: "mallory/inference" } }],
    ["a fork that was deleted", { ...pull_request.head, repo: null }],
  ])("the head is in %s", (_, head) => {
    const payload = { repository, pull_request: { ...pull_request, head } };
    expect(read("pull_request", payload)).toMatchObject({ event: { is_fork: true } });
  });

  test("merge_group", () => {
    expect(read("merge_group", { repository, merge_group: { base_sha: BASE, head_sha: HEAD } })).toEqual(
      change({ event: "merge_group" }),
    );
  });

  test.each([
    ["a push", { before: BASE, after: HEAD, ref: "refs/heads/main" }, change({ event: "push" })],
    [
      "of a new branch: against the default one",
      { before: NONE, after: HEAD, ref: "refs/heads/topic" },
      change({ event: "push", base: "main" }),
    ],
    [
      "the first push of all: everything is new",
      { before: NONE, after: HEAD, ref: "refs/heads/main" },
      change({ event: "push", base: null }),
    ],
    [
      "of a deleted branch",
      { before: BASE, after: NONE, ref: "refs/heads/topic" },
      { kind: "other", name: "push of a deleted branch" },
    ],
  ])("push: %s", (_, payload, expected) => {
    expect(read("push", { repository, ...payload })).toEqual(expected);
  });

  test("workflow_dispatch compares a branch with the default one, and reports on the default one", () => {
    expect(read("workflow_dispatch", { repository, ref: "refs/heads/topic" })).toEqual(
      change({ event: "workflow_dispatch", base: "main" }),
    );
    expect(read("workflow_dispatch", { repository, ref: "refs/heads/main" })).toEqual({
      kind: "repository",
      event: { ...COMMON, event: "workflow_dispatch" },
    });
  });

  test("63: a schedule relies on nothing in its payload", () => {
    expect(read("schedule", { schedule: "0 6 1 * *" })).toEqual({
      kind: "repository",
      event: { ...COMMON, event: "schedule" },
    });
  });

  test("workflow_run", () => {
    const workflow_run = {
      head_sha: HEAD,
      head_branch: "topic",
      head_repository: { full_name: "mallory/inference" },
      pull_requests: [{ number: 1 }],
    };
    expect(read("workflow_run", { repository, workflow_run })).toEqual({
      kind: "workflow-run",
      event: { ...COMMON, head_repository: "mallory/inference", head_branch: "topic" },
    });
  });

  test("others are left alone", () => {
    expect(read("issues", "not even JSON")).toEqual({ kind: "other", name: "issues" });
  });
});

describe("a payload that is not what it has to be", () => {
  test.each([
    ["pull_request", "{", "expected JSON"],
    ["pull_request", "null", "pull_request.number: expected a positive whole number; received nothing"],
    ["pull_request", { repository, pull_request: { ...pull_request, number: "1; rm" } }, 'received "1; rm"'],
    ["pull_request", { repository: { full_name: "a/b/c" } }, "repository.full_name: expected owner/name"],
    [
      "pull_request",
      { repository, pull_request: { ...pull_request, head: { sha: "--upload-pack=x" } } },
      "pull_request.head.sha: expected a commit id",
    ],
    ["merge_group", {}, "merge_group.base_sha: expected a commit id"],
    ["push", { before: "HEAD", after: HEAD }, "before: expected a commit id"],
    ["workflow_run", {}, "workflow_run.head_sha: expected a commit id"],
  ])("%s %j", (name, payload, told) => {
    const result = read(name, payload);
    expect(result).toMatchObject({ kind: "malformed", message: expect.stringContaining("the event payload") });
    expect(result.kind === "malformed" && result.message).toContain(told);
  });

  test("a schedule without a commit", () => {
    expect(read("schedule", {}, { sha: undefined })).toMatchObject({ kind: "malformed" });
  });
});
