import { expect, test } from "vitest";
import { READERS } from "../readers/index.ts";
import { isAuditable, isDeploymentFile } from "./pull-request-paths.ts";

const MANIFEST = "apiVersion: apps/v1\nkind: Deployment\n";

test("every path that a reader accepts is fetched", () => {
  const endings = [
    "py",
    "pyi",
    "yaml",
    "yml",
    "json",
    "YAML",
    "md",
    "txt",
    "toml",
    "lock",
    "tf",
    "sh",
    "env",
    "ipynb",
    "js",
  ];
  const paths = [...endings.map((ending) => `deploy/a.${ending}`), "Dockerfile", "Makefile", "deploy/compose"];
  for (const path of paths) {
    for (const reader of READERS) {
      if (reader.accepts({ path, content: MANIFEST })) expect(isAuditable(path), `${reader.id}: ${path}`).toBe(true);
    }
  }
  expect(isAuditable("README.md")).toBe(false);
});

test("a workflow is no deployment file, a manifest is", () => {
  expect(isDeploymentFile({ path: ".github/workflows/ci.yml", content: "on: push\n" })).toBe(false);
  expect(isDeploymentFile({ path: "k8s/a.yml", content: MANIFEST })).toBe(true);
});
