// Renews README's picture of the page: the Worker as `npm start` serves it, in headless Chromium.
import { join } from "node:path";
import { chromium } from "playwright-core";
import { startWorker } from "../test/support/worker.ts";

const worker = await startWorker();
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 1010 }, colorScheme: "light" });
  await page.goto(worker.base, { waitUntil: "networkidle" });
  await page.screenshot({ path: join(import.meta.dirname, "images/page.png") });
} finally {
  await browser.close();
  await worker.stop();
}
