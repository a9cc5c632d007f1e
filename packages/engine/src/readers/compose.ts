import type { Deployment, FileText, ReadResult, Unresolved } from "../domain/deployment.ts";
import { readComposeGpus } from "./compose/gpu.ts";
import { extended, mergeService } from "./compose/merge.ts";
import { type ComposePlace, serviceOf } from "./compose/service.ts";
import type { Environment } from "./container/container.ts";
import { readContainer } from "./container/engine.ts";
import { envFileVariables } from "./env-file.ts";
import { type FactSheet, setFact, setUnresolved } from "./fact-sheet.ts";
import { type FileSet, fileSet, folderOf, onceOf, onceOfFile, resolvePath, yamlOf } from "./file-set.ts";
import { brokenDocuments } from "./kubernetes/read-resources.ts";
import { MAX_DEPLOYMENTS_PER_FILE, type Reader, type ReaderContext } from "./reader.ts";
import { parseCount } from "./whole-number.ts";
import { at, placeOf, scalarText, type YamlNode } from "./yaml-tree.ts";

const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path);

/** Docker Compose services that run a serving engine. */
export const composeReader: Reader = {
  id: "compose",
  acceptsPath: isYaml,
  accepts: (file) =>
    isYaml(file.path) &&
    /^["']?services["']?:/m.test(file.content) &&
    /^[ \t]{1,40}(?:-[ \t]{1,10})?["']?(?:image|build|extends|command|environment|deploy|<<)["']?:/m.test(
      file.content,
    ) &&
    !/^apiVersion:/m.test(file.content),
  read: readCompose,
};

/** `docker-compose.override.yml` is laid over the file beside it without being asked for. */
const OVERRIDE = /^((?:.*\/)?(?:docker-)?compose)\.override\.(ya?ml)$/;

function readCompose(file: FileText, context: ReaderContext): ReadResult {
  const set = context.files ?? fileSet([file]);
  const yaml = yamlOf(file);
  const unresolved: Unresolved[] = [...brokenDocuments(yaml)];
  const deployments: Deployment[] = [];
  if (isLaidOver(file, set)) return { deployments, unresolved };
  const services = at(yaml.documents[0]?.root, "services");
  const overrides = at(overrideOf(file, set), "services");
  const place: ComposePlace = { file, set, given: dotEnv(file, set) };
  for (const [name, written] of services?.entries ?? []) {
    const whole = services ? extended(written, services, file, set) : null;
    const over = at(overrides, name);
    const node = over ? mergeService(whole ?? written, over) : (whole ?? written);
    const read = readService(node, place);
    if (!whole && read && "facts" in read) {
      const base = at(written, "extends") ?? written;
      setUnresolved(
        read,
        "document",
        name,
        "it extends a service that is not among the files that were read",
        placeOf(base),
      );
    }
    if (read === null || ("facts" in read && isOnlyABase(read, name, file, set))) continue;
    if ("note" in read) {
      unresolved.push(read.note);
      continue;
    }
    if (deployments.length >= MAX_DEPLOYMENTS_PER_FILE) {
      const why = `more than ${MAX_DEPLOYMENTS_PER_FILE} deployments: the rest was not read`;
      unresolved.push({ fact: "document", text: name, why, at: placeOf(written) });
      break;
    }
    deployments.push(deploymentOf(name, node, written, read, file.path));
  }
  return { deployments, unresolved };
}

function deploymentOf(name: string, node: YamlNode, written: YamlNode, sheet: FactSheet, path: string): Deployment {
  const profiles = at(node, "profiles")?.items.map((item) => scalarText(item) ?? "") ?? [];
  return {
    id: `${path}#service/${name}`,
    name,
    format: "compose",
    path,
    at: placeOf(written),
    facts: sheet.facts,
    unresolved: sheet.unresolved,
    purpose: "inference",
    ...(profiles.length > 0 ? { when_enabled: `profile ${profiles.join(", ").slice(0, 100)}` } : {}),
  };
}

function readService(node: YamlNode, place: ComposePlace): FactSheet | { readonly note: Unresolved } | null {
  const service = serviceOf(node, place);
  const read = readContainer(service.container);
  if (read === null || "note" in read) return read;
  const device = read.facts.device;
  if (device?.value === "cpu") {
    return { note: { fact: "document", text: "cpu", why: "runs on the CPU: no GPU deployment", at: device.at } };
  }
  const replicas = at(node, "deploy", "replicas") ?? at(node, "scale");
  if (replicas) {
    const text = service.textOf(replicas);
    const count = text === null ? null : parseCount(text, 0);
    if (count !== null) setFact(read, "replicas", count, placeOf(replicas));
    else setUnresolved(read, "replicas", scalarText(replicas) ?? "", "expected a whole number", placeOf(replicas));
  }
  readComposeGpus(read, node, service);
  for (const missing of service.missing) {
    const why = "an env file that is not among the files that were read";
    setUnresolved(read, "document", scalarText(missing) ?? "env_file", why, placeOf(missing));
  }
  return read;
}

/** `path#service` of each service that one of this file extends. */
const extendedBy = onceOfFile((file): readonly string[] => {
  if (!file.content.includes("extends") || !composeReader.accepts(file)) return [];
  return [...(at(yamlOf(file).documents[0]?.root, "services")?.entries.values() ?? [])].flatMap((service) => {
    const node = at(service, "extends");
    const name = scalarText(node) ?? scalarText(at(node, "service"));
    const written = scalarText(at(node, "file"));
    const path = written === undefined ? file.path : resolvePath(folderOf(file.path), written);
    return name === undefined || path === null ? [] : [`${path}#${name}`];
  });
});
const extendedIn = onceOf((set: FileSet): ReadonlySet<string> => new Set(set.files.flatMap(extendedBy)));

/** A service that others extend and that names no model is no deployment. */
const isOnlyABase = ({ facts, unresolved }: FactSheet, name: string, { path }: FileText, set: FileSet): boolean =>
  !facts.model_id && !unresolved.some(({ fact }) => fact === "model_id") && extendedIn(set).has(`${path}#${name}`);

/** The `.env` beside a Compose file fills in its variables. */
function dotEnv(file: FileText, set: FileSet): Environment {
  const folder = folderOf(file.path);
  const found = set.byPath.get(folder === "" ? ".env" : `${folder}/.env`);
  return new Map(
    (found ? envFileVariables(found) : []).map(([name, node]) => [name, { text: scalarText(node) ?? "", node }]),
  );
}

const ENDINGS = ["yml", "yaml"];

function overrideOf({ path }: FileText, set: FileSet): YamlNode | null {
  const base = /^((?:.*\/)?(?:docker-)?compose)\.ya?ml$/.exec(path.slice(0, 1_000))?.[1];
  const found =
    base === undefined ? undefined : ENDINGS.map((end) => set.byPath.get(`${base}.override.${end}`)).find(Boolean);
  return found ? (yamlOf(found).documents[0]?.root ?? null) : null;
}

function isLaidOver({ path }: FileText, set: FileSet): boolean {
  const base = OVERRIDE.exec(path.slice(0, 1_000))?.[1];
  return base !== undefined && ENDINGS.some((end) => set.byPath.has(`${base}.${end}`));
}
