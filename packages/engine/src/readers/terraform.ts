import type { FileText, ReadResult } from "../domain/deployment.ts";
import { type EnvironmentEntry, environmentFlags } from "./engine-environment.ts";
import { stateFlag } from "./engine-facts.ts";
import { engineImage } from "./engine-images.ts";
import { emptySheet, type FactSheet, setFact, setUnresolved } from "./fact-sheet.ts";
import { folderOf } from "./file-set.ts";
import { deploymentsOf, mergeResults } from "./launched.ts";
import { ENGINE_HINT, type Launch, launchesIn } from "./launches.ts";
import type { Reader, ReaderContext } from "./reader.ts";
import { sagemakerContainer } from "./sagemaker-container.ts";
import { type Attribute, type Block, type Body, readHcl } from "./terraform/hcl.ts";
import { evaluateHcl, type HclScope, heredocIn, objectsIn, scopeOf } from "./terraform/values.ts";
import { type TextPlaces, textPlaces } from "./text-places.ts";
import { parseCount } from "./whole-number.ts";

const isTerraform = (path: string): boolean => /\.tf$/i.test(path);
const SERVES = /aws_sagemaker_model|vllm|sglang|text-generation/i;

/** Terraform: models of SageMaker with their endpoints, and machines whose start script starts a serving engine. */
export const terraformReader: Reader = {
  id: "terraform",
  acceptsPath: isTerraform,
  accepts: ({ path }) => isTerraform(path),
  read: readTerraform,
};

interface Module {
  readonly path: string;
  readonly text: string;
  readonly places: TextPlaces;
  readonly scope: HclScope;
  readonly resources: readonly Block[];
}

function readTerraform(file: FileText, context: ReaderContext): ReadResult {
  if (!SERVES.test(file.content)) return { deployments: [], unresolved: [] };
  const module: Module = {
    path: file.path,
    text: file.content,
    places: textPlaces(file.path, file.content),
    scope: scopeOf(moduleTexts(file, context)),
    resources: readHcl(file.content).blocks.filter(({ type }) => type === "resource"),
  };
  return mergeResults(
    module.resources.map((resource) => {
      const launches =
        resource.labels[0] === "aws_sagemaker_model" ? sagemaker(module, resource) : machine(module, resource);
      return deploymentsOf(launches, { path: file.path, format: "terraform", place: resource.labels.join(".") });
    }),
  );
}

const MAX_FILES = 30;

/** The files of a folder are one module. */
function moduleTexts(
  file: FileText,
  { files }: ReaderContext,
): readonly { readonly text: string; readonly is_values: boolean }[] {
  const folder = folderOf(file.path);
  const beside = (files?.files ?? [file]).filter(
    ({ path }) => /\.(?:tf|tfvars)$/.test(path) && folderOf(path) === folder,
  );
  return beside.slice(0, MAX_FILES).map(({ path, content }) => ({ text: content, is_values: path.endsWith("vars") }));
}

type Found = ReturnType<typeof launchesIn>;
const NONE: Found = { launches: [], unresolved: [] };

const textOf = ({ text, scope }: Module, attribute: Attribute | undefined): string | null | undefined =>
  attribute === undefined ? undefined : evaluateHcl(text.slice(attribute.start, attribute.end), scope);

const placeOf = ({ places }: Module, { at, end }: Attribute) => places.at(at, end);

function sagemaker(module: Module, resource: Block): Found {
  const container = resource.body.blocks.find(({ type }) => type === "primary_container" || type === "container");
  const environment = container?.body.attributes.get("environment");
  if (!container || !environment) return NONE;
  const entries = objectsIn(module.text, environment).flatMap(({ attributes }) =>
    [...attributes.values()].map(
      (entry): EnvironmentEntry => ({
        name: entry.name,
        value: textOf(module, entry) ?? null,
        at: placeOf(module, entry),
      }),
    ),
  );
  const image = container.body.attributes.get("image");
  const uri = textOf(module, image) ?? (image ? module.text.slice(image.start, image.end) : "");
  const kind = sagemakerContainer(
    entries.map(({ name }) => name),
    uri,
  );
  if (!kind) return NONE;
  const at = module.places.at(container.at, container.at + 1);
  const engine = kind === "toolkit" ? null : kind === "sagemaker-tgi" ? "tgi" : "vllm";
  const sheet = emptySheet();
  setFact(sheet, "framework", engine ?? "transformers", at);
  const model = entries.find(({ name }) => /^(?:HF_MODEL_ID|SM_VLLM_MODEL|OPTION_MODEL_ID|OPTION_MODEL)$/.test(name));
  if (model?.value) setFact(sheet, "model_id", model.value, model.at);
  else
    setUnresolved(
      sheet,
      "model_id",
      model?.name ?? "environment",
      model ? "the value is not known" : "the variables name no model",
      model?.at ?? at,
    );
  const flags = engine && kind !== "toolkit" ? environmentFlags(kind, entries) : [];
  for (const { flag, word, value } of flags) {
    if (flag.fact === "model_id" || !engine) continue;
    if (value === null) setUnresolved(sheet, flag.fact, word.raw, "the value is not known", word.at);
    else stateFlag(sheet, flag, value, engine, word);
  }
  const version = engineImage(uri)?.version;
  if (version != null && image) setFact(sheet, "framework_version", version, placeOf(module, image));
  readEndpoint(module, sheet, resource.labels[1] ?? "");
  const launch: Launch = { sheet, at, remote: false };
  return { launches: [launch], unresolved: [] };
}

/** Instance and number of the endpoint configuration that names the model; the only one of the file where none does. */
function readEndpoint(module: Module, sheet: FactSheet, model: string): void {
  const variants = module.resources
    .filter(({ labels }) => labels[0] === "aws_sagemaker_endpoint_configuration")
    .flatMap(({ body }) => body.blocks.filter(({ type }) => type === "production_variants"));
  const names = (body: Body) => {
    const name = body.attributes.get("model_name");
    return name ? module.text.slice(name.start, name.end).includes(`aws_sagemaker_model.${model}.`) : false;
  };
  const variant = variants.find(({ body }) => names(body)) ?? (variants.length === 1 ? variants[0] : undefined);
  const instance = variant?.body.attributes.get("instance_type");
  if (instance) stateMachine(module, sheet, instance);
  const count = variant?.body.attributes.get("initial_instance_count");
  if (!count) return;
  const replicas = parseCount(textOf(module, count) ?? "", 0);
  if (replicas !== null) setFact(sheet, "replicas", replicas, placeOf(module, count));
  else tellUnknown(module, sheet, "replicas", count);
}

function stateMachine(module: Module, sheet: FactSheet, attribute: Attribute): void {
  const machine = textOf(module, attribute);
  if (machine) setFact(sheet, "hardware_platform", machine, placeOf(module, attribute));
  else tellUnknown(module, sheet, "hardware_platform", attribute);
}

function tellUnknown(
  module: Module,
  sheet: FactSheet,
  fact: "replicas" | "hardware_platform",
  attribute: Attribute,
): void {
  const written = module.text.slice(attribute.start, attribute.end);
  setUnresolved(sheet, fact, written, "the value is not known", placeOf(module, attribute));
}

const START_SCRIPTS = ["user_data", "metadata_startup_script", "custom_data", "startup_script", "user_data_base64"];

/** A machine whose start script, written in the file, starts an engine. */
function machine(module: Module, resource: Block): Found {
  const { attributes, blocks } = resource.body;
  const script = START_SCRIPTS.map((name) => attributes.get(name)).find((attribute) => attribute !== undefined);
  const body = script ? heredocIn(module.text, script) : null;
  if (!body || !ENGINE_HINT.test(module.text.slice(body.start, body.end))) return NONE;
  const found = launchesIn(
    {
      script: module.text.slice(body.start, body.end),
      place: (start, end) => module.places.at(body.start + start, body.start + end),
    },
    shellVariables(module.scope),
  );
  const type = ["instance_type", "machine_type", "vm_size", "size"]
    .map((name) => attributes.get(name))
    .find((each) => each);
  const accelerator = blocks.find((block) => block.type === "guest_accelerator")?.body.attributes;
  const gpu = accelerator?.get("type") ?? type;
  const count = accelerator?.get("count");
  for (const { sheet } of found.launches) {
    if (gpu && !sheet.facts.hardware_platform) stateMachine(module, sheet, gpu);
    const gpus = count ? parseCount(textOf(module, count) ?? "") : null;
    if (count && gpus !== null && !sheet.facts.gpus_per_replica)
      setFact(sheet, "gpus_per_replica", gpus, placeOf(module, count));
  }
  return found;
}

/** `${var.model}` in a script is Terraform's: it looks to the shell like a name of its own. */
const shellVariables = (scope: HclScope): ReadonlyMap<string, string | null> =>
  new Map([
    ...[...scope.variables].map(([name, value]) => [`var.${name}`, evaluateHcl(value, scope)] as const),
    ...[...scope.locals].map(([name, value]) => [`local.${name}`, evaluateHcl(value, scope)] as const),
  ]);
