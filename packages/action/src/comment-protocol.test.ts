import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CommentStore, type Note, type StoredComment, type Written, writeNote } from "./comment-protocol.ts";

const BOT = "github-actions[bot]";
const sha = (n: number) => String(n).repeat(40).slice(0, 40);

/** A pull request whose head moves on and whose comments several runs change, one call at a time. */
class PullRequest {
  comments: StoredComment[] = [];
  head = 1;
  next = 1;
  closed = false;
  answersHead = true;

  add(body: string, author = BOT): StoredComment {
    const comment = { id: this.next++, body, author, url: "" };
    const shown = { ...comment, url: `#${comment.id}` };
    this.comments.push(shown);
    return shown;
  }
}

/** `turn` waits for the scheduler before each call: what other runs do happens between. */
function storeOf(pull: PullRequest, commit: number, turn: () => Promise<void>): CommentStore {
  const after = async <T>(act: () => T): Promise<T> => {
    await turn();
    return act();
  };
  return {
    list: () => after(() => [...pull.comments]),
    create: (body) => after(() => pull.add(body)),
    update: (id, body) =>
      after(() => {
        const at = pull.comments.findIndex((each) => each.id === id);
        const old = pull.comments[at];
        if (!old) return null;
        const edited = { ...old, body };
        pull.comments[at] = edited;
        return edited;
      }),
    remove: (id) =>
      after(() => {
        pull.comments = pull.comments.filter((each) => each.id !== id);
      }),
    identity: () => after(() => BOT),
    headIs: () =>
      after(() =>
        !pull.answersHead ? "unknown" : pull.head !== commit ? "outdated" : pull.closed ? "closed" : "current",
      ),
  };
}

const note = (commit: number, more: Partial<Note> = {}): Note => ({
  key: "default",
  sha: sha(commit),
  run: { id: commit, attempt: 1 },
  text: `report ${commit}`,
  nothing: `nothing ${commit}`,
  outdated: `outdated ${commit}`,
  even_closed: false,
  ...more,
});
const now = async () => undefined;
const write = (pull: PullRequest, commit: number, more: Partial<Note> = {}): Promise<Written> =>
  writeNote(storeOf(pull, commit, now), note(commit, more));
const bodies = (pull: PullRequest) => pull.comments.map((each) => each.body);

/** Runs all works, letting the one that `choices` names go on by one call at a time. */
async function interleave(
  works: readonly ((turn: () => Promise<void>) => Promise<unknown>)[],
  choices: readonly number[],
): Promise<void> {
  const waiting = new Map<number, () => void>();
  let running = works.length;
  const all = works.map((work, i) =>
    work(() => new Promise<void>((go) => waiting.set(i, go))).finally(() => {
      running -= 1;
    }),
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  await settled();
  for (let step = 0; running > 0; step++) {
    const ready = [...waiting.keys()].sort();
    const chosen = ready[(choices[step % choices.length] ?? 0) % ready.length];
    if (chosen === undefined) throw new Error("nothing can go on");
    const go = waiting.get(chosen);
    waiting.delete(chosen);
    go?.();
    await settled();
  }
  await Promise.all(all);
}

describe("9: one comment", () => {
  test("the first run creates it, another content edits it, the same writes nothing", async () => {
    const pull = new PullRequest();
    expect(await write(pull, 1)).toEqual({ kind: "created", url: "#1" });
    expect(await write(pull, 1, { run: { id: 1, attempt: 2 } })).toEqual({ kind: "unchanged", url: "#1" });
    expect(await write(pull, 1, { text: "other" })).toEqual({ kind: "updated", url: "#1" });
    expect(bodies(pull)).toEqual([`<!-- ecocompute:default sha=${sha(1)} run=1.1 -->\nother`]);
  });

  test("nothing to say is said only where a comment stands", async () => {
    const pull = new PullRequest();
    expect(await write(pull, 1, { text: null })).toEqual({ kind: "none", why: "no-change" });
    await write(pull, 1);
    expect(await write(pull, 1, { text: null })).toMatchObject({ kind: "updated" });
    expect(bodies(pull)[0]).toContain("nothing 1");
  });
});

describe("11, 12: only its own", () => {
  const marker = (key: string) => `<!-- ecocompute:${key} sha=${sha(9)} run=9.1 -->\nx`;
  test.each([
    ["a user who quotes the marker", "mallory", marker("default")],
    ["another bot", "other[bot]", marker("default")],
    ["a quote", BOT, `> ${marker("default")}`],
    ["a code block", BOT, `\`\`\`\n${marker("default")}\n\`\`\``],
    ["a key that goes on", BOT, marker("default-b")],
    ["a key that is the beginning", BOT, marker("defaul")],
  ])("%s is left alone and blocks nothing", async (_, author, body) => {
    const pull = new PullRequest();
    pull.add(body, author);
    expect(await write(pull, 1)).toMatchObject({ kind: "created" });
    expect(bodies(pull)).toEqual([body, expect.stringContaining("report 1")]);
  });
});

describe("14, 15, 19: runs that come late", () => {
  test("an older commit's run yields to the head", async () => {
    const pull = new PullRequest();
    pull.head = 2;
    await write(pull, 2);
    expect(await write(pull, 1)).toEqual({ kind: "none", why: "outdated" });
    expect(bodies(pull)[0]).toContain("report 2");
  });

  test("where the head cannot be asked, the numbers of the runs decide", async () => {
    const pull = new PullRequest();
    pull.answersHead = false;
    await write(pull, 2);
    expect(await write(pull, 1)).toEqual({ kind: "none", why: "outdated" });
    expect(await write(pull, 3)).toMatchObject({ kind: "updated" });
    expect(await write(pull, 3, { run: { id: 3, attempt: 2 }, text: "again" })).toMatchObject({ kind: "updated" });
  });

  test("a force push back: what is the head now replaces what was", async () => {
    const pull = new PullRequest();
    pull.head = 2;
    await write(pull, 2);
    pull.head = 1;
    expect(await write(pull, 1, { run: { id: 1, attempt: 2 } })).toMatchObject({ kind: "updated" });
    expect(bodies(pull)).toEqual([expect.stringContaining("report 1")]);
  });

  test("a closed pull request gets no comment unless asked for", async () => {
    const pull = new PullRequest();
    pull.closed = true;
    expect(await write(pull, 1)).toEqual({ kind: "none", why: "closed" });
    expect(await write(pull, 1, { even_closed: true })).toMatchObject({ kind: "created" });
  });

  test("16: a comment that somebody deleted meanwhile is written anew", async () => {
    const pull = new PullRequest();
    await write(pull, 1);
    const store = storeOf(pull, 1, now);
    const written = await writeNote({ ...store, update: async () => null }, note(1, { text: "other" }));
    expect(written.kind).toBe("none");
    expect(bodies(pull)).toHaveLength(1);
  });
});

describe("13: runs at the same time", () => {
  const run = (pull: PullRequest, commit: number) => (turn: () => Promise<void>) =>
    writeNote(storeOf(pull, commit, turn), note(commit));

  const schedules = fc.array(fc.nat({ max: 5 }), { minLength: 8, maxLength: 40 });

  test("law: two on an empty pull request end with one comment, the newer run's, whatever the order", async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (choices) => {
        const pull = new PullRequest();
        pull.answersHead = false;
        await interleave([run(pull, 1), run(pull, 2)], choices);
        expect(bodies(pull)).toEqual([expect.stringContaining("report 2")]);
      }),
      { numRuns: 1_000 },
    );
  });

  test("law: of up to four, each after a push of its own, one comment stays, and what is not of the head says so", async () => {
    await fc.assert(
      fc.asyncProperty(schedules, fc.integer({ min: 2, max: 4 }), fc.boolean(), async (choices, runs, stands) => {
        const pull = new PullRequest();
        if (stands) await write(pull, 1, { text: "an earlier one" });
        const pushed = (commit: number) => async (turn: () => Promise<void>) => {
          await turn();
          pull.head = Math.max(pull.head, commit);
          return run(pull, commit)(turn);
        };
        await interleave(
          Array.from({ length: runs }, (_, i) => pushed(i + 1)),
          choices,
        );
        expect(pull.comments).toHaveLength(1);
        expect(bodies(pull)[0]).toMatch(new RegExp(`report ${runs}$|outdated \\d$`));
      }),
      { numRuns: 1_000 },
    );
  });
});
