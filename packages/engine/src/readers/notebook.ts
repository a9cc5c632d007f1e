import type { Deployment, Fact, FactName, FileText, Position, ReadResult, Unresolved } from "../domain/deployment.ts";
import { deploymentsOf, mergeResults } from "./launched.ts";
import { ENGINE_HINT, launchesIn } from "./launches.ts";
import { type CellLine, notebookCells } from "./notebook/cells.ts";
import { pythonReader } from "./python.ts";
import type { Reader, ReaderContext } from "./reader.ts";
import { lastAtOrBefore, textPlaces } from "./text-places.ts";

const isNotebook = (path: string): boolean => /\.ipynb$/i.test(path);

/** Jupyter notebooks: their code cells as one program, their shell lines as scripts. */
export const notebookReader: Reader = {
  id: "notebook",
  acceptsPath: isNotebook,
  accepts: ({ path }) => isNotebook(path),
  read: readNotebook,
};

function readNotebook({ path, content }: FileText, context: ReaderContext): ReadResult {
  const places = textPlaces(path, content);
  const cells = notebookCells(content);
  if (!cells) {
    const why = "no notebook that could be read: its JSON is broken or nests too deep";
    return { deployments: [], unresolved: [{ fact: "document", text: "", why, at: places.at(0, 1) }] };
  }
  const code: CellLine[] = [];
  const shell: CellLine[] = [];
  for (const { type, lines } of cells) if (type === "code") sortLines(lines, code, shell);
  const program = pythonReader.read({ path, content: code.map(({ text }) => text).join("\n") }, context);
  return mergeResults([replaced(program, code, places.at), readShellLines(path, shell, places.at)]);
}

/** Lines of a cell → Python, with what only a notebook understands made harmless, and lines for a shell. */
function sortLines(lines: readonly CellLine[], code: CellLine[], shell: CellLine[]): void {
  const magic = /^\s{0,20}%%(\w{1,20})/.exec(lines.find(({ text }) => text.trim() !== "")?.text ?? "")?.[1];
  if (magic !== undefined && magic !== "time" && magic !== "capture" && magic !== "timeit") {
    if (/^(?:bash|sh|script)$/.test(magic)) shell.push(...lines.slice(1));
    return;
  }
  let continued = false;
  for (const line of lines) {
    if (/^\s{0,200}\??[\w.]{1,200}\?{1,2}\s{0,20}$/.test(line.text)) {
      code.push({ ...line, text: "" });
      continue;
    }
    const head = continued ? null : /^(\s{0,200}(?:[A-Za-z_]\w{0,60}\s{0,8}=\s{0,8})?)[!%]/.exec(line.text);
    if (!head && !continued) {
      code.push(line);
      continue;
    }
    // A magic that is taken away must not leave a block empty.
    code.push({ ...line, text: head ? `${head[1] ?? ""}${head[1]?.includes("=") ? "None" : "pass"}` : "" });
    const cut = head?.[0].length ?? 0;
    if (continued || line.text.charAt(cut - 1) === "!")
      shell.push({ text: line.text.slice(cut), offset: line.offset + cut });
    continued = line.text.trimEnd().endsWith("\\");
  }
}

function readShellLines(path: string, lines: readonly CellLine[], place: PlaceAt): ReadResult {
  const script = lines.map(({ text }) => text).join("\n");
  if (!ENGINE_HINT.test(script)) return { deployments: [], unresolved: [] };
  const starts: number[] = [];
  let length = 0;
  for (const { text } of lines) {
    starts.push(length);
    length += text.length + 1;
  }
  const found = launchesIn({
    script,
    place: (start, end) => {
      const index = lastAtOrBefore(starts, start);
      const offset = (lines[index]?.offset ?? 0) + start - (starts[index] ?? 0);
      return place(offset, offset + Math.max(1, end - start));
    },
  });
  return deploymentsOf(found, { path, format: "notebook/shell", place: "shell" });
}

type PlaceAt = (start: number, end: number) => Position;

/** A result of the program with its places in the notebook's JSON. */
function replaced({ deployments, unresolved }: ReadResult, code: readonly CellLine[], place: PlaceAt): ReadResult {
  const move = (at: Position): Position => {
    const first = code[at.line - 1];
    const last = code[at.end_line - 1] ?? first;
    if (!first || !last) return place(0, 1);
    const start = first.offset + Math.max(0, at.column - 1);
    return { ...place(start, start + 1), end_line: place(last.offset, last.offset + 1).line };
  };
  const moveAll = (entries: readonly Unresolved[]) => entries.map((entry) => ({ ...entry, at: move(entry.at) }));
  const moveFacts = (facts: Deployment["facts"]): Deployment["facts"] =>
    Object.fromEntries(
      Object.entries(facts).map(([name, fact]: [string, Fact<unknown>]) => [
        name as FactName,
        { ...fact, at: move(fact.at) },
      ]),
    );
  return {
    deployments: deployments.map((deployment) => ({
      ...deployment,
      format: deployment.format.replace(/^python\//, "notebook/"),
      at: move(deployment.at),
      facts: moveFacts(deployment.facts),
      unresolved: moveAll(deployment.unresolved),
    })),
    unresolved: moveAll(unresolved),
  };
}
