// Hostile and random requests against the real protocols and the real catalogue: never a 5xx, never a number that is none.
import { catalogueData } from "@ecocompute/data";
import { indexCatalogue, PROTOCOLS } from "@ecocompute/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createApp } from "../packages/edge/src/app.ts";
import { MAX_ANSWER_BYTES } from "../packages/edge/src/limits.ts";
import { realService } from "./support/edge-service.ts";
import { loadPythonParser } from "./support/python-parser.ts";

const catalogue = indexCatalogue(catalogueData);
const parser = loadPythonParser();
const app = createApp(realService({ loadPython: () => parser }));

const NAMES = [...new Set(PROTOCOLS.flatMap(({ schema }) => Object.keys(schema.shape)))];
const HOSTILE = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "__defineGetter__",
  "valueOf",
  "",
  "\u0000",
  "%00",
];

const name = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...NAMES) }, fc.constantFrom(...HOSTILE), fc.string());
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...catalogue.models.map(({ id }) => id)) },
  { weight: 3, arbitrary: fc.constantFrom(...catalogue.gpus.map(({ id }) => id)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom("fp16", "bf16", "nf4", "int8_pure", "int8_default", "fp8", "vllm", "us", "china"),
  },
  fc.constantFrom(
    ...HOSTILE,
    "7abc",
    "1e400",
    "-1e400",
    "NaN",
    "Infinity",
    "0",
    "-0",
    "-5",
    "1e308",
    "5e-324",
    "13B",
    "0x10",
  ),
  fc.string({ unit: "binary", maxLength: 80 }),
);
const number = fc.oneof(
  fc.integer({ min: -1, max: 5000 }),
  fc.double(),
  fc.constantFrom(0, -0, 1e308, 5e-324, 2 ** 53),
);
/** The configuration of a measured row, so that most protocols have an answer. */
const answerable = catalogue.usable.filter(({ framework }) => framework === "transformers" || framework === "vllm");
const plausible = fc.constantFrom(...answerable).map((row) => ({
  model_id: row.model_id,
  hardware_platform: row.gpu,
  quantization: row.precision,
  batch_size: Math.max(1, Math.round(row.batch_size)),
  framework: row.framework,
  num_gpus: row.num_gpus,
}));
const observed = fc.record({
  observed_throughput_tok_s: fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
  observed_power_w: fc.double({ min: 1, max: 1e4, noNaN: true }),
});
/** Either such a configuration with one parameter of any kind, or nothing but those. */
const parameters = (to: string, value: fc.Arbitrary<unknown>) =>
  fc.oneof(
    fc
      .tuple(
        plausible,
        to.endsWith("diagnose") ? observed : fc.constant({}),
        fc.array(fc.tuple(name, value), { maxLength: 1 }),
      )
      .map(([row, measured, odd]) => [...Object.entries({ ...row, ...measured }), ...odd]),
    fc.array(fc.tuple(name, value), { maxLength: 6 }),
  );
const accepted = fc.constantFrom("application/json", "application/json", "text/markdown", "text/html", "*/*");
const path = fc.constantFrom(...PROTOCOLS.map(({ id }) => `/v1/${id}`));
const requests = (value: fc.Arbitrary<unknown>) => path.chain((to) => fc.tuple(fc.constant(to), parameters(to, value)));

/** null stands for NaN and Infinity in JSON: an energy that is null would be one. */
function* energies(node: unknown, insideFitting = true): Generator<unknown> {
  if (typeof node !== "object" || node === null) return;
  const fits = insideFitting && !("fits" in node && node.fits === false);
  for (const [key, value] of Object.entries(node)) {
    if (fits && (key.startsWith("energy_j_per_") || key === "tokens_per_j") && !isEchoOfUser(node)) yield value;
    yield* energies(value, fits);
  }
}
/** `observed` of DIAGNOSE holds what the user gave; null there means "not given". */
const isEchoOfUser = (node: object) => "throughput_tok_s" in node && "power_w" in node && !("vram_gb" in node);

let asked = 0;
let answered = 0;
let checkedEnergies = 0;

/** CPU of this process for one answer; the first of a kind pays for compilation, so a slow one is asked once more. */
const SLOW_MS = 50;
const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};
async function quick(ask: () => Response | Promise<Response>, slow = SLOW_MS): Promise<Response> {
  let took = Number.POSITIVE_INFINITY;
  let response: Response | undefined;
  for (let attempt = 0; attempt < 4 && took > slow; attempt += 1) {
    const since = process.cpuUsage();
    response = await ask();
    took = cpuMs(since);
  }
  if (!response) throw new Error("nothing was asked");
  expect(took, "ms of CPU").toBeLessThan(slow);
  return response;
}

async function check(response: Response): Promise<void> {
  const type = response.headers.get("content-type") ?? "";
  const body = await response.text();
  asked += 1;
  expect(new TextEncoder().encode(body).length).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
  expect(response.status, body.slice(0, 500)).toBeLessThan(500);
  if (response.status === 200) answered += 1;
  // Empty fields of a form are taken out of the URL.
  if (response.status === 303) return;
  if (response.status !== 200) {
    // A browser gets a problem as a page, with the form that it came from.
    if (type.startsWith("text/html")) return;
    expect(type).toBe("application/problem+json");
    const { errors } = JSON.parse(body);
    for (const { received } of errors) expect(received.length).toBeLessThanOrEqual(64);
  } else if (type.startsWith("application/json")) {
    for (const energy of energies(JSON.parse(body))) {
      checkedEnergies += 1;
      expect(energy).toMatchObject({ value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) });
    }
  } else {
    expect(body).not.toMatch(/\b(NaN|Infinity|undefined)\b/);
  }
}

describe("B7 and B5: no request makes a 5xx, a throw or an energy that is no number", () => {
  test.each(PROTOCOLS.filter(({ id }) => id !== "audit"))(
    "each parameter of $id at the ends of what a number can be",
    async ({ id, schema }) => {
      const base = { model_id: "mistralai/Mistral-7B-Instruct-v0.2", hardware_platform: "a800" };
      const observations = id === "diagnose" ? { observed_throughput_tok_s: 10 } : {};
      for (const parameter of Object.keys(schema.shape)) {
        for (const extreme of [5e-324, 1e-300, 1e308, -1e308, 2 ** 53, 0, -1]) {
          await check(await send(`/v1/${id}`, JSON.stringify({ ...base, ...observations, [parameter]: extreme })));
        }
      }
    },
  );

  test("4,600 queries, JSON, Markdown and pages", async () => {
    await fc.assert(
      fc.asyncProperty(requests(fc.oneof(text, number.map(String))), accepted, async ([to, pairs], accept) => {
        const query = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)]));
        const get = () => app.request(`${to}?${query}`, { headers: { accept } });
        await check(to.endsWith("audit") ? await get() : await quick(get));
      }),
      { numRuns: 4600 },
    );
  }, 120_000);

  test("4,600 bodies", async () => {
    const value = fc.oneof(
      { weight: 4, arbitrary: text },
      { weight: 4, arbitrary: number },
      fc.jsonValue({ maxDepth: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(requests(value), async ([to, pairs]) => {
        const body = `{${pairs.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item) ?? 0}`)}}`;
        await check(to.endsWith("audit") ? await send(to, body) : await quick(() => send(to, body)));
      }),
      { numRuns: 4600 },
    );
  }, 120_000);

  test("the widest search and the largest texts", async () => {
    const search = {
      model_id: "meta-llama/Llama-3.1-8B-Instruct",
      framework: "vllm",
      search_gpus: ["h100", "h200", "b200", "a100-80gb", "a100-40gb", "a800", "l40s", "l4"],
      search_num_gpus: [1, 2],
      search_quantizations: ["bf16", "fp8"],
      search_batch_sizes: [1, 2, 4, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 80, 96, 128],
    };
    await check(await quick(() => send("/v1/optimize", JSON.stringify(search))));
    const fleet = { ...search, replicas: 2, requests_per_day: 1e6 };
    await check(await quick(() => send("/v1/optimize", JSON.stringify(fleet))));
    const names = Array.from({ length: 2000 }, (_, i) => i.toString(36)).join("&");
    for (const query of ["a&".repeat(4000), names])
      await check(await quick(() => app.request(`/v1/estimate?${query}`)));
    for (const filler of ["a", "(", "[", '{"a":', "\\u0000", "𝄞"]) {
      const most = filler.repeat(Math.floor(64_000 / filler.length));
      for (const body of [most, JSON.stringify({ model_id: most }), JSON.stringify({ [most]: 1 })]) {
        await check(await quick(() => send("/v1/estimate", body)));
      }
      await check(await quick(() => app.request(`/v1/estimate?model_id=${encodeURIComponent(most.slice(0, 1300))}`)));
    }
  });

  test("500 bodies that are not JSON, and 500 paths", async () => {
    await fc.assert(
      fc.asyncProperty(path, fc.string({ unit: "binary" }), async (to, body) => {
        await check(await send(to, body));
        await check(await app.request(`http://localhost/${encodeURIComponent(body)}`));
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  test("B7 an audit of 64 KiB of one text costs no 20 ms", async () => {
    for (const unit of ["a", "(", "[", "'", "#", "{{", "- ", "&a [", "$(", "<<EOF\n"]) {
      const content = unit.repeat(Math.floor(64_000 / unit.length));
      for (const file of ["a.py", "a.yaml", "a.sh"]) {
        const body = JSON.stringify({ files: [{ path: file, content }] });
        await check(await quick(() => send("/v1/audit", body), 20));
      }
    }
  }, 60_000);

  test("300 audits of broken Python and YAML", async () => {
    const piece = fc.constantFrom(
      "from transformers import AutoModelForCausalLM\n",
      "model = AutoModelForCausalLM.from_pretrained(",
      '"mistralai/Mistral-7B-Instruct-v0.2", ',
      "load_in_8bit=True)",
      "\n",
      "  ",
      "((((((((",
      "'''",
      "kind: Deployment\n",
      "- --model=x\n",
      "&a [*a]\n",
      "\u0000",
    );
    const content = fc
      .array(fc.oneof({ weight: 4, arbitrary: piece }, fc.string()), { maxLength: 30 })
      .map((parts) => parts.join(""));
    const filePath = fc.constantFrom("a.py", "k8s/deploy.yaml", "__proto__", "../../etc/passwd", "a/b.yml");
    await fc.assert(
      fc.asyncProperty(filePath, content, async (file, source) => {
        await check(await send("/v1/audit", JSON.stringify({ files: [{ path: file, content: source }] })));
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  test("done-when 2: 10,000 requests were made, and enough was answered for this to mean something", () => {
    expect(asked).toBeGreaterThanOrEqual(10_000);
    expect(answered).toBeGreaterThan(400);
    expect(checkedEnergies).toBeGreaterThan(2000);
  });
});

const send = (to: string, body: string) =>
  app.request(to, { method: "POST", headers: { "content-type": "application/json" }, body });
