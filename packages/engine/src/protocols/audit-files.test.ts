import { expect, test } from "vitest";
import { READERS } from "../readers/index.ts";
import { deploymentFiles, whyNotAuditable } from "./audit-files.ts";

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
      if (reader.accepts({ path, content: MANIFEST }))
        expect(whyNotAuditable(path), `${reader.id}: ${path}`).toBeNull();
    }
  }
});

test("files without a deployment are counted with the reason", () => {
  const file = (path: string, content: string) => ({ path, content });
  const manifest = file("k8s/a.yml", MANIFEST);
  const { wanted, others } = deploymentFiles([
    file("config/settings.yml", "color: blue\n"),
    manifest,
    file("LICENSE", MANIFEST),
    file("tests/a.yaml", MANIFEST),
  ]);
  expect(wanted).toEqual([manifest]);
  expect(others).toEqual([
    { path: "config/settings.yml", why: "nothing in it that starts a model", files: 1 },
    { path: "LICENSE", why: "not a format that is read", files: 1 },
    { path: "tests/a.yaml", why: "tests and documentation are no deployments", files: 1 },
  ]);
  expect(whyNotAuditable("k8s/a.yml")).toBeNull();
});
