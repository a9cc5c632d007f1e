import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildCli } from "../packages/cli/build.ts";
import { chat, vllm } from "./support/audit-fixtures.ts";
import { folder, repository } from "./support/cli.ts";

const PACKAGE = join(import.meta.dirname, "../packages/cli");

test("the published files run alone: no workspace, no node_modules, no wasm beside them", async () => {
  const installed = folder();
  mkdirSync(join(installed, "bin"));
  for (const name of ["package.json", "bin/ecocompute.js"]) copyFileSync(join(PACKAGE, name), join(installed, name));
  await buildCli(join(installed, "dist"));
  const top = repository({ "app/chat.py": chat.content, "k8s/vllm.yaml": vllm.content });
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(installed, "bin/ecocompute.js"), ...args], {
      cwd: top,
      encoding: "utf8",
      env: { PATH: process.env.PATH },
      timeout: 30_000,
    });

  expect(run("--version")).toMatchObject({ status: 0, stderr: "" });
  const audit = run("audit", "--format", "json", "--fail-on", "never");
  expect(audit).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(audit.stdout).configuration.files).toEqual(["app/chat.py", "k8s/vllm.yaml"]);
  expect(run("audit").status).toBe(1);
  expect(run("audit", "--base").status).toBe(2);
  const estimate = run("estimate", "Mistral-7B", "--hardware-platform", "a800");
  expect(estimate).toMatchObject({ status: 0, stderr: "" });
  expect(estimate.stdout).toContain("Monthly Estimate: ");
}, 60_000);
