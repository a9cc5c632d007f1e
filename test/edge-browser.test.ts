// The page as people meet it: headless Chromium on the Worker. Without Chromium these tests do not run; CI has it.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningWorker, startWorker } from "./support/worker.ts";

const CHROMIUM = "/usr/bin/chromium";
const inBrowser = describe.runIf(existsSync(CHROMIUM));
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const MAX_FIRST_VIEW_BYTES = 120 * 1024;

let worker: RunningWorker;
let browser: Browser;

inBrowser("D1 the page in Chromium", () => {
  beforeAll(async () => {
    worker = await startWorker();
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-background-networking"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await worker?.stop();
  });

  /** A page of its own; whatever its console or the network complains of fails the test. */
  async function open(path: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ baseURL: worker.base, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" && !/ (404|422) /.test(message.text())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(worker.base)) complaints.push(`third party: ${request.url()}`);
    });
    await page.goto(path);
    return {
      page,
      done: async () => {
        expect(complaints).toEqual([]);
        await context.close();
      },
    };
  }
  const sentence = (page: Page) => page.locator(".sentence").first().innerText();

  describe.each([
    ["with JavaScript", true],
    ["without JavaScript", false],
  ])("five journeys %s", (_name, javaScriptEnabled) => {
    test("ESTIMATE: another GPU, and the URL is the API's", async () => {
      const { page, done } = await open("/", { javaScriptEnabled });
      expect(await sentence(page)).toContain("86.7 kWh a month");
      await page.getByLabel("GPU", { exact: true }).fill("rtx4090d");
      await page.getByLabel("Precision", { exact: true }).selectOption("nf4");
      await page.getByLabel("Batch size", { exact: true }).fill("1");
      await page.getByRole("button", { name: "Estimate" }).click();
      await page.waitForURL(/\/v1\/estimate\?/);
      await page.locator(".sentence", { hasText: /NF4 at batch 1 .*4090/ }).waitFor();
      const shown = await sentence(page);
      expect(shown).toContain("NF4");
      const url = new URL(page.url());
      expect(url.searchParams.get("hardware_platform")).toBe("rtx4090d");
      const answer = await (await fetch(url)).json();
      const kwh = Number(/([\d,.]+) kWh a month/.exec(shown)?.[1]?.replaceAll(",", ""));
      expect(Math.abs(kwh / answer.current.monthly.energy_kwh.value - 1)).toBeLessThan(0.006);
      await page.reload();
      expect(await sentence(page)).toBe(shown);
      await done();
    });

    test("COMPARE: from the chart to the whole comparison", async () => {
      const { page, done } = await open("/", { javaScriptEnabled });
      await page.getByRole("link", { name: "The whole comparison" }).click();
      await page.waitForURL(/\/v1\/compare\?/);
      await expectText(page, "INT8 (default)");
      expect(await page.locator("article table").count()).toBeGreaterThan(0);
      await done();
    });

    test("OPTIMIZE: ask about the recommended configuration", async () => {
      const { page, done } = await open("/", { javaScriptEnabled });
      await page.getByRole("link", { name: "Ask about that configuration" }).click();
      await page.waitForURL(/batch_size=64/);
      expect(await sentence(page)).toContain("at batch 64");
      await page.goBack();
      await page.getByRole("link", { name: "The whole recommendation" }).click();
      await page.waitForURL(/\/v1\/optimize\?/);
      await expectText(page, "Recommended Configuration");
      await done();
    });

    test("DIAGNOSE: a slow INT8 deployment, and the evidence behind the diagnosis", async () => {
      const { page, done } = await open("/diagnose", { javaScriptEnabled });
      await page.getByLabel("Observed tokens per second").fill("7.9");
      await page.getByRole("button", { name: "Diagnose" }).click();
      await page.waitForURL(/\/v1\/diagnose\?/);
      await expectText(page, "INT8 Energy Paradox");
      await page.getByRole("link", { name: "eco-rtx4090d-0212-0007" }).first().click();
      await page.waitForURL(/\/evidence\//);
      await expectText(page, "Licence");
      await done();
    });

    test("AUDIT: a pasted text, a finding with its line and its fix", async () => {
      const { page, done } = await open("/audit", { javaScriptEnabled });
      await page.getByRole("button", { name: "Audit" }).click();
      await expectText(page, "int8-default");
      await expectText(page, "llm_int8_threshold");
      await done();
    });
  });

  const expectText = async (page: Page, text: string) => {
    expect(await page.locator("main").innerText()).toContain(text);
  };

  const PAGES = [
    "/",
    "/diagnose",
    "/audit",
    "/claims",
    "/evidence?q=h100",
    "/evidence/eco-a800-batch-0215-0004",
    "/accuracy",
    "/rules",
    "/docs",
    "/v1/compare?model_id=Mistral-7B&hardware_platform=rtx4090d",
    "/v1/estimate?model_id=meta-llama/Llama-3.1-8B-Instruct&hardware_platform=l40s&framework=vllm&quantization=bf16&budget_kwh=10",
    "/v1/estimate?model_id=Mistral-7B&hardware_platform=rtx4090dd",
    "/v1/estimate?model_id=Mistral-7B&quantization=awq",
    "/v1/optimize?model_id=Mistral-7B&hardware_platform=a800",
    "/v1/diagnose?model_id=Mistral-7B&quantization=int8_default&observed_throughput_tok_s=7.9",
    "/nowhere",
    "/problems/unknown",
  ];

  test.each(PAGES)(
    "WCAG A and AA by axe, light and dark, and nothing scrolls sideways from 375 px to 4k: %s",
    async (path) => {
      // axe is injected: only for that the page's policy is set aside.
      const { page, done } = await open(path, { bypassCSP: true });
      for (const width of [375, 768, 1280, 3840]) {
        await page.setViewportSize({ width, height: 900 });
        const [content, window] = await page.evaluate<[number, number]>(
          "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
        );
        expect(content, `${width}`).toBeLessThanOrEqual(window);
      }
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.addScriptTag({ path: AXE });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
          "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations)",
        );
        expect(found.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes[0]?.html}`)).toEqual([]);
      }
      await done();
    },
  );

  test("the first view is under 120 KiB, uncompressed", async () => {
    const context = await browser.newContext({ baseURL: worker.base });
    const page = await context.newPage();
    const sizes: Promise<number>[] = [];
    page.on("response", (response) => sizes.push(response.body().then((body) => body.length)));
    await page.goto("/", { waitUntil: "networkidle" });
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(total).toBeLessThan(MAX_FIRST_VIEW_BYTES);
    await context.close();
  });

  test("a measured and a modelled answer differ in shape, not only in colour", async () => {
    const measured = await open("/");
    expect(await measured.page.locator(".badge.measured").innerText()).toContain("measured");
    expect(await measured.page.locator(".card .hatched").count()).toBe(0);
    await measured.done();
    const carried = await open(PAGES[10] ?? "/");
    expect(await carried.page.locator(".card .hatched").count()).toBe(3);
    expect(await carried.page.locator(".curve-line.dashed").count()).toBeGreaterThan(0);
    await carried.done();
  });

  test("keyboard alone: skip link, form, tabs", async () => {
    const { page, done } = await open("/");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toContain("Skip to the content");
    await page.getByLabel("Batch size", { exact: true }).focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("16");
    await page.keyboard.press("Enter");
    await page.waitForURL(/batch_size=16/);
    await page.locator("#form-curl").focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.locator("pre.form-JSON").isVisible()).toBe(true);
    expect(await page.locator("pre.form-curl").isVisible()).toBe(false);
    await done();
  });

  test("a change updates the answer in place, and Back returns to the one before", async () => {
    const { page, done } = await open("/");
    const before = await sentence(page);
    await page.getByLabel("Requests a month").focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("2000000");
    await page.keyboard.press("Tab");
    await page.locator(".sentence", { hasText: "2,000,000" }).waitFor();
    expect(await page.getByLabel("Requests a month").inputValue()).toBe("2000000");
    await page.goBack();
    await page.locator(".sentence", { hasNotText: "2,000,000" }).waitFor();
    expect(await sentence(page)).toBe(before);
    await done();
  });

  test("what the Action, curl, JSON and MCP forms say is the question that was asked", async () => {
    const { page, done } = await open("/");
    const curl = (await page.locator("pre.form-curl code").textContent()) ?? "";
    const url = /'(http[^']+)'/.exec(curl)?.[1] ?? "";
    const answer = await (await fetch(url)).json();
    expect(answer.current.monthly.energy_kwh.value).toBeCloseTo(86.7, 0);
    const json = (await page.locator("pre.form-JSON code").textContent()) ?? "";
    const body: unknown = JSON.parse(json.slice(json.indexOf("{")));
    const headers = { "content-type": "application/json" };
    const posted = await fetch(`${worker.base}/v1/estimate`, { method: "POST", headers, body: JSON.stringify(body) });
    expect(await posted.json()).toEqual(answer);
    expect(await page.locator("pre.form-Action code").textContent()).toContain(
      `max-monthly-kwh: ${Math.ceil(answer.current.monthly.energy_kwh.high)}`,
    );
    const mcp = (await page.locator("pre.form-MCP code").textContent()) ?? "";
    expect(mcp).toContain(`claude mcp add --transport http ecocompute ${worker.base}/mcp`);
    await done();
  });
});
