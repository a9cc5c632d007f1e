import { describe, expect, test } from "vitest";
import { parseEvent } from "./event.ts";

const sha = (letter: string) => letter.repeat(40);
const payload = (more: object = {}) => ({
  repository: { full_name: "acme/inference" },
  pull_request: { number: 7, base: { sha: sha("a") }, head: { sha: sha("b") }, ...more },
});
const parse = (value: unknown, repository?: string) => parseEvent("pull_request", JSON.stringify(value), repository);

describe("parseEvent", () => {
  const event = { owner: "acme", repo: "inference", number: 7, base_sha: sha("a"), head_sha: sha("b") };

  test.each(["pull_request", "pull_request_target"])("reads %s", (name) => {
    expect(parseEvent(name, JSON.stringify(payload()), undefined)).toEqual({ kind: "pull-request", event });
  });

  test("takes the repository of the environment where the payload names none", () => {
    expect(parse({ ...payload(), repository: undefined }, "acme/inference")).toEqual({ kind: "pull-request", event });
  });

  test("other events are told by name, whatever their payload", () => {
    expect(parseEvent("push", "{", undefined)).toEqual({ kind: "other", name: "push" });
  });

  test.each([
    ["null", null],
    ["no number", payload({ number: "7" })],
    ["a fraction", payload({ number: 7.5 })],
    ["a branch for a commit", payload({ base: { sha: "main" } })],
    ["a path for a commit", payload({ head: { sha: `${sha("b")}/../x` } })],
    ["a repository with a path", { ...payload(), repository: { full_name: "acme/inference/x" } }],
  ])("refuses %s with what was expected", (_, value) => {
    expect(parse(value)).toEqual({ kind: "malformed", message: expect.stringMatching(/expected .*; received/) });
  });
});
