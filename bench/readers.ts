import { catalogueData } from "@ecocompute/data";
import { auditRepository, type FileText, indexCatalogue, type PythonParser } from "@ecocompute/engine";
import { LineCounter, parseAllDocuments } from "yaml";
import { readFile } from "../packages/engine/src/readers/index.ts";
import { loadPythonParser } from "../test/support/python-parser.ts";
import { HOSTILE_SHAPES } from "./hostile-shapes.ts";
import { HOSTILE_TEXTS, type HostileText } from "./hostile-texts.ts";
import { atMost, type BenchLine, ratio } from "./line.ts";
import { sampleRepository } from "./sample-repository.ts";

const catalogue = indexCatalogue(catalogueData);
/** Of this process alone: what others run is no matter of the text. */
const processorMilliseconds = (): number => process.cpuUsage().user / 1000;

function spentOn(work: () => void): number {
  const started = processorMilliseconds();
  work();
  return processorMilliseconds() - started;
}

export async function readerLines(): Promise<readonly BenchLine[]> {
  const python = await loadPythonParser();
  const audit = (files: readonly FileText[]) => {
    auditRepository({ files, skipped: [], unlisted: [], partial: [] }, {}, { catalogue, python });
  };
  return [...speedLines(python, audit), ...linearLines(audit)];
}

type Audit = (files: readonly FileText[]) => void;

const ROUNDS = 20;

/** MB/s beside the parser alone: of texts that start a model to their facts, and of a repository's to the findings. */
function speedLines(python: PythonParser, audit: Audit): readonly BenchLine[] {
  const all = sampleRepository(1_000);
  const facts = (files: readonly FileText[]) => {
    for (const file of files) readFile({ ...file }, { python });
  };
  const findings = (files: readonly FileText[]) => audit(files.map((file) => ({ ...file })));
  const ofPython = all.filter(({ path }) => path.endsWith(".py"));
  const ofYaml = all.filter(({ path }) => /k8s\/.*\.yaml$/.test(path));
  const starting = (files: readonly FileText[]) => files.filter(({ path }) => /model_|chat-/.test(path));
  const barePython = { name: "bare tree-sitter", parse: (text: string) => python.parse(text)?.delete() };
  const options = { logLevel: "silent", prettyErrors: false } as const;
  const bareYaml = {
    name: "bare yaml",
    parse: (text: string) => parseAllDocuments(text, { ...options, lineCounter: new LineCounter() }),
  };
  return [
    speed("Python that starts a model, to facts", starting(ofPython), facts, barePython),
    speed("Python of a repository, to findings", ofPython, findings, barePython),
    speed("YAML that starts a model, to facts", starting(ofYaml), facts, bareYaml),
    speed("YAML of a repository, to findings", ofYaml, findings, bareYaml),
  ];
}

function speed(
  what: string,
  files: readonly FileText[],
  read: (files: readonly FileText[]) => void,
  bare: { readonly name: string; readonly parse: (content: string) => unknown },
): BenchLine {
  const megabytes = files.reduce((sum, { content }) => sum + content.length, 0) / 1e6;
  const parse = () => {
    for (const { content } of files) bare.parse(content);
  };
  // In turns, the least of each: what else the machine does only adds, and may come and go.
  const rounds = Array.from({ length: ROUNDS }, () => [spentOn(() => read(files)), spentOn(parse)] as const);
  const ours = megabytes / (Math.min(...rounds.map(([own]) => own)) / 1000);
  const theirs = megabytes / (Math.min(...rounds.map(([, bare]) => bare)) / 1000);
  return {
    what,
    ours: `${ours.toFixed(2)} MB/s`,
    reference: `${theirs.toFixed(2)} MB/s: ${bare.name} on the same`,
    ratio: ratio(ours, theirs),
  };
}

const [SMALL, LARGE] = [16 * 1024, 64 * 1024];
const MOST_GROWTH = 6;
/** Below, the timer and the start of things say more than the text. */
const LEAST_MS = 20;
/** Texts that a first run finds worst are measured again, and again. */
const SUSPECTS = 6;

/** 64 KiB against 16 KiB of the same text in processor time, for each form the text that grows worst. */
const linearLines = (audit: Audit): readonly BenchLine[] =>
  [...HOSTILE_TEXTS, ...HOSTILE_SHAPES].map(({ format, texts }) => {
    const grow = (text: HostileText, rounds: number): Growth => {
      // As many bytes of each: what collecting garbage takes falls to both, as it would in a long scan.
      const time = (content: string, files: number) =>
        spentOn(() => {
          // A new file each time: nothing that was read of one before may help.
          for (let i = 0; i < files; i += 1) audit([{ path: text.path, content }]);
        });
      const texts = { small: text.fill(SMALL), large: text.fill(LARGE) };
      const spent = { small: 0, large: 0 };
      for (let i = 0; i < rounds; i += 1) {
        spent.small += time(texts.small, LARGE / SMALL);
        spent.large += time(texts.large, 1);
      }
      const [small, large] = [(spent.small * SMALL) / LARGE / rounds, spent.large / rounds];
      return { text, small, large, growth: large < LEAST_MS ? 0 : large / Math.max(small, LEAST_MS / MOST_GROWTH) };
    };
    const suspects = texts
      .map((text) => grow(text, 1))
      .toSorted(byGrowth)
      .slice(0, SUSPECTS);
    const [worst] = suspects.map(({ text }) => grow(text, 6)).toSorted(byGrowth);
    if (!worst) throw new Error(`no text of the form ${format}`);
    return {
      what: `${format}: 64 KiB of ${worst.text.name}`,
      ours: `${worst.large.toFixed(1)} ms`,
      reference: `${worst.small.toFixed(1)} ms: 16 KiB of it, the worst of ${texts.length} texts${worst.growth === 0 ? "; none takes long" : ""}`,
      ratio: ratio(worst.large, worst.small),
      bound: atMost(worst.growth, MOST_GROWTH, "times"),
    };
  });

interface Growth {
  readonly text: HostileText;
  readonly small: number;
  readonly large: number;
  readonly growth: number;
}
const byGrowth = (a: Growth, b: Growth): number => b.growth - a.growth;
