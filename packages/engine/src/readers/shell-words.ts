import { readShell } from "./shell/script.ts";
import { MAX_EXPANDED, type ShellWord, type Variables } from "./shell/state.ts";

export type { ShellWord, Variables } from "./shell/state.ts";

/** Kubernetes' own `$(NAME)`: replaced where the container sets NAME, else left as it is. */
export function expandKubernetes(text: string, variables: Variables): string | null {
  let unknown = false;
  let length = text.length;
  const out = text.replace(/\$\(([A-Za-z_][\w.-]{0,200})\)/g, (whole, name: string) => {
    if (!variables.has(name)) return whole;
    const value = variables.get(name) ?? null;
    length += value?.length ?? 0;
    if (value === null || length > MAX_EXPANDED) unknown = true;
    return unknown ? "" : (value ?? whole);
  });
  return unknown || out.includes("{{") ? null : out;
}

/** The commands of a script that run by the values that it states, or may run. */
export const shellCommands = (script: string, given: Variables): readonly (readonly ShellWord[])[] =>
  readShell(script, given)
    .commands.filter(({ runs }) => runs !== "no")
    .map(({ words }) => words);
