import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type IssueStore, type IssueText, issueMarker, type StoredIssue, writeIssue } from "./issue.ts";

const MARKER = issueMarker("default");
const text = (body: string, state: IssueText["state"] = null): IssueText => ({
  title: "Report",
  body: `${MARKER}\n${body}`,
  state,
});

class Repository {
  issues: StoredIssue[] = [];
  store(turn: () => Promise<void> = async () => undefined): IssueStore {
    const own = () => this.issues.filter(({ body }) => body.startsWith(MARKER));
    return {
      list: async () => {
        await turn();
        return own();
      },
      create: async ({ title, body }) => {
        await turn();
        const number = this.issues.length + 1;
        const issue: StoredIssue = { number, title, body, state: "open", url: `#${number}` };
        this.issues.push(issue);
        return issue;
      },
      update: async (number, { title, body, state }) => {
        await turn();
        const at = this.issues.findIndex((each) => each.number === number);
        const before = this.issues[at];
        if (!before) throw new Error("no such issue");
        const after = { ...before, title, body, state: state ?? before.state };
        this.issues[at] = after;
        return after;
      },
    };
  }
  async write(written: IssueText) {
    const store = this.store();
    return writeIssue(store, (await store.list())[0] ?? null, written);
  }
}

describe("63: one issue", () => {
  test("is created, edited in place, and left alone where nothing changed", async () => {
    const repository = new Repository();
    expect(await repository.write(text("a"))).toEqual({ kind: "created", url: "#1" });
    expect(await repository.write(text("a"))).toEqual({ kind: "unchanged", url: "#1" });
    expect(await repository.write(text("b"))).toEqual({ kind: "updated", url: "#1" });
    expect(repository.issues).toHaveLength(1);
  });

  test("is closed when the budget is met, and opened when it is not again", async () => {
    const repository = new Repository();
    const states: string[] = [];
    for (const state of ["open", "closed", "closed", "open"] as const) {
      await repository.write(text("a", state));
      states.push(repository.issues[0]?.state ?? "");
    }
    expect(states).toEqual(["open", "closed", "closed", "open"]);
  });

  test("stays as people left it where no budget is set", async () => {
    const repository = new Repository();
    await repository.write(text("a", "closed"));
    await repository.write(text("b", null));
    expect(repository.issues[0]).toMatchObject({ state: "closed", body: `${MARKER}\nb` });
  });
});

test("64: runs at the same time end with one report, whatever the order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 2 }), { minLength: 6, maxLength: 30 }), async (choices) => {
      const repository = new Repository();
      const waiting = new Map<number, () => void>();
      let running = 3;
      const runs = [0, 1, 2].map(async (i) => {
        const store = repository.store(() => new Promise<void>((go) => waiting.set(i, go)));
        await writeIssue(store, (await store.list())[0] ?? null, text(`report ${i}`));
        running -= 1;
      });
      const settle = () => new Promise((resolve) => setImmediate(resolve));
      await settle();
      for (let step = 0; running > 0; step++) {
        const ready = [...waiting.keys()].sort();
        const chosen = ready[(choices[step % choices.length] ?? 0) % ready.length] ?? -1;
        const go = waiting.get(chosen);
        waiting.delete(chosen);
        go?.();
        await settle();
      }
      await Promise.all(runs);
      const reports = repository.issues.filter(({ body }) => body.startsWith(MARKER));
      expect(reports).toMatchObject([{ number: 1, state: "open" }]);
      expect(repository.issues.slice(1).every(({ state }) => state === "closed")).toBe(true);
    }),
    { numRuns: 500 },
  );
});
