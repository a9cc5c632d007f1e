import { MAX_BODY_BYTES, MAX_JSON_DEPTH } from "./limits.ts";
import { accept, invalidInput, type Read, reject } from "./problem.ts";
import { repeatedName } from "./repeated-name.ts";
import { cut } from "./suggest.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** The body as one JSON object: bounded in bytes and depth, decoded strictly. */
export async function readJsonObject(request: Request): Promise<Read<JsonObject>> {
  const mediaType = (request.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (mediaType !== "application/json") {
    const detail = "Send the body as JSON, with `Content-Type: application/json`.";
    const error = {
      parameter: "Content-Type",
      message: detail,
      received: cut(mediaType),
      allowed: ["application/json"],
    };
    return reject({ type: "unsupported-media-type", detail, errors: [error] });
  }
  const bytes = await readBytes(request, MAX_BODY_BYTES);
  if (bytes === null) return reject({ type: "body-too-large", detail: `A body may have ${MAX_BODY_BYTES} bytes.` });
  return parseJsonObject(bytes);
}

/** null when there are more than `limit`. Counts what arrives: Content-Length may be absent or a lie. */
export async function readBytes(request: Request, limit: number): Promise<ArrayBuffer | null> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return new Blob(chunks).arrayBuffer();
}

const malformed = (detail: string) => reject({ type: "malformed", detail });

/** Strictly decoded JSON that gives each name of an object once: which of two would count is a guess. */
export function parseJson(bytes: ArrayBuffer): Read<unknown> {
  let value: unknown;
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    // The engine's message quotes the body; only its kind goes back.
    return malformed(cause instanceof SyntaxError ? "The body is not valid JSON." : "The body is not valid UTF-8.");
  }
  const repeated = repeatedName(text);
  if (repeated === null) return accept(value);
  const name = cut(repeated);
  const message = `${name} is given twice in one object: give it once.`;
  return invalidInput([{ parameter: name, message, received: name }]);
}

function parseJsonObject(bytes: ArrayBuffer): Read<JsonObject> {
  const parsed = parseJson(bytes);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  if (!isObject(value)) {
    return malformed(`The body must be a JSON object, received ${Array.isArray(value) ? "an array" : kindOf(value)}.`);
  }
  if (deeperThan(value, MAX_JSON_DEPTH)) return malformed(`The body may nest ${MAX_JSON_DEPTH} levels deep.`);
  return accept(value);
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const kindOf = (value: unknown): string => (value === null ? "null" : `a ${typeof value}`);

/** Stops at the bound, so a hostile depth costs no stack. */
export function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => deeperThan(inner, levels - 1));
}
