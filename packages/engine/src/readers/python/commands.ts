import { baseName, type PlacedWord } from "../engine-command.ts";
import { ENGINE_HINT, type Launch, launchesIn, launchesOfWords } from "../launches.ts";
import { evaluate } from "./evaluate.ts";
import { calleeName, type PyModule } from "./module.ts";
import { resolveString } from "./script-text.ts";
import { field, type PyNode, placeOf, text } from "./tree.ts";
import { wordList } from "./word-lists.ts";

/** Functions that start a program: of the standard library, and those that people name so. */
const STARTS =
  /(?:^|\.)(?:Popen|run|call|check_call|check_output|system|popen|execvp|execv|execlp|execvpe|spawn|create_subprocess_exec|create_subprocess_shell|getoutput|execute_shell_command|launch_server_cmd|run_command|Process|create)$/;

export interface StartedEngine {
  readonly call: PyNode;
  readonly launch: Launch;
}

/** Serving engines that a Python file starts as programs. */
export function startedEngines(module: PyModule): readonly StartedEngine[] {
  if (!ENGINE_HINT.test(module.content)) return [];
  return module.calls.flatMap((call) => {
    if (module.budget.steps < 0) return [];
    const name = calleeName(module, call);
    if (name === null || !STARTS.test(name.slice(-80))) return [];
    return launchesOfCall(module, call).map((launch) => ({ call, launch }));
  });
}

function launchesOfCall(module: PyModule, call: PyNode): readonly Launch[] {
  const args = field(call, "arguments")?.children ?? [];
  const [first] = args;
  if (!first) return [];
  const command =
    first.type === "keyword_argument" ? (text(first).startsWith("args") ? field(first, "value") : null) : first;
  if (!command) return [];
  const words = wordList(module, joinedList(module, command) ?? command) ?? positionalWords(module, args);
  if (words) {
    const direct = launchesOfWords(words).launches;
    return direct.length > 0 ? direct : shellOf(words);
  }
  const script = resolveString(module, command);
  return script && ENGINE_HINT.test(script.script) ? launchesIn(script).launches : [];
}

/** `create_subprocess_exec("vllm", "serve", …)`: each argument a word. */
function positionalWords(module: PyModule, args: readonly PyNode[]): readonly PlacedWord[] | null {
  const [first] = args;
  const plain = args.filter(({ type }) => type !== "keyword_argument");
  if (!first || plain.length < 2 || evaluate(module, first).kind !== "string") return null;
  const words = plain.flatMap((node) => {
    if (node.type === "list_splat" && node.children[0]) return wordList(module, node.children[0]) ?? [];
    const value = evaluate(module, node);
    const written = value.kind === "string" || value.kind === "number" ? String(value.value) : null;
    return [{ text: written, raw: written ?? text(node).slice(0, 120), at: placeOf(node) }];
  });
  return words.length > 1 ? words : null;
}

/** `["bash", "-c", "vllm serve …"]`. */
function shellOf(words: readonly PlacedWord[]): readonly Launch[] {
  if (!/^(?:ba|z|da)?sh$/.test(baseName(words[0]?.text))) return [];
  return words
    .slice(1)
    .flatMap(({ text, at }) =>
      text !== null && ENGINE_HINT.test(text) ? launchesIn({ script: text, place: () => at }).launches : [],
    );
}

/** `" ".join(cmd)`, `shlex.join(cmd)`: the list that is joined. */
function joinedList(module: PyModule, node: PyNode): PyNode | null {
  if (node.type === "identifier") {
    const value = evaluate(module, node);
    return value.kind === "call" && value.call.type === "call" ? joinedList(module, value.call) : null;
  }
  if (node.type !== "call") return null;
  const callee = field(node, "function");
  const method = callee?.type === "attribute" ? field(callee, "attribute") : null;
  return method && text(method) === "join" ? (field(node, "arguments")?.children[0] ?? null) : null;
}
