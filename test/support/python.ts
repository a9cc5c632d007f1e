import { spawnSync } from "node:child_process";

const answers = (words: readonly string[]): boolean => {
  const [command = "", ...rest] = words;
  return spawnSync(command, rest, { stdio: "ignore" }).status === 0;
};

/** A Python with PyYAML, as the kit's users have it; null where there is none, and tests skip by name. */
export const PYTHON: string | null =
  ["python3", "/usr/bin/python3"].find((command) => answers([command, "-c", "import yaml"])) ?? null;

export const MYPY: readonly string[] | null =
  [["mypy"], ["/usr/bin/mypy"]].find((words) => answers([...words, "--version"])) ?? null;
