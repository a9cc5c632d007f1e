// For each form of the corpus: a real deployment, and after it or in its middle one thing over and over, until the text is long.
import type { FileText } from "@ecocompute/engine";
import { byForm, loadCorpus } from "../test/support/corpus.ts";

/** What makes a parser, a regular expression or a look-up table work for nothing. */
const UNITS: Readonly<Record<string, string>> = {
  "a letter": "a",
  spaces: " ",
  "empty lines": "\n",
  "lines of spaces": "    \n",
  "double quotes": '"',
  "quoted words": '"a" ',
  apostrophes: "'",
  backticks: "`",
  "opening brackets": "[",
  "opening braces": "{",
  parentheses: "(",
  "closing brackets": "]",
  "variables in braces": "${A:-",
  variables: "$A ",
  commands: "$(",
  templates: "{{ .Values.a }} ",
  "open templates": "{{",
  comments: "# a\n",
  "continued lines": " \\\n",
  backslashes: "\\",
  "list items": "- a\n",
  "nested list items": "- ",
  "keys without end": "a: ",
  "lines of keys": "a: b\n",
  "flags on a line": "--a=b ",
  "flags on lines": "--max-num-seqs 1 \\\n",
  "engine words": "vllm serve ",
  "engine calls on lines": "vllm serve org/model-7b\n",
  documents: "---\na: 1\n",
  anchors: "&a ",
  assignments: "a=b\n",
  exports: "export A=$A\n",
  semicolons: ";",
  pipes: "| ",
  "here documents": "<<EOF\n",
  "carriage returns": "\r",
};

export interface HostileText {
  readonly name: string;
  readonly path: string;
  /** The text at a length. */
  readonly fill: (length: number) => string;
}

/** The first fixture of each form that is one file and holds a deployment. */
const heads = (): readonly { readonly format: string; readonly file: FileText }[] =>
  [...byForm(loadCorpus())].flatMap(([format, fixtures]) => {
    const file = fixtures.find(({ files, expected }) => files.length === 1 && expected.deployments.length > 0)
      ?.files[0];
    return file ? [{ format, file }] : [];
  });

export const HOSTILE_TEXTS: readonly { readonly format: string; readonly texts: readonly HostileText[] }[] =
  heads().map(({ format, file: { path, content } }) => {
    const middle = content.indexOf("\n", content.length / 2) + 1;
    const filled = (head: string, unit: string, tail: string) => (length: number) =>
      head + unit.repeat(Math.max(0, Math.floor((length - head.length - tail.length) / unit.length))) + tail;
    const texts = Object.entries({ ...UNITS, "the deployment": `${content}\n` }).flatMap(([name, unit]) => [
      { name: `${name} after a deployment`, path, fill: filled(content, unit, "") },
      { name: `${name} in a deployment`, path, fill: filled(content.slice(0, middle), unit, content.slice(middle)) },
    ]);
    return { format, texts };
  });
