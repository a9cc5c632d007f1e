import { expect } from "vitest";
import type { Deployment, FileText, ReadResult } from "../domain/deployment.ts";
import { fileSet } from "./file-set.ts";
import { READERS } from "./index.ts";

/** Every file of a repository read with the reader of its form, as an audit does. */
export function readAll(texts: Readonly<Record<string, string>>): ReadResult {
  const set = fileSet(Object.entries(texts).map(([path, content]): FileText => ({ path, content })));
  const results = set.files.flatMap((file) => {
    const reader = READERS.find((each) => each.accepts(file));
    return reader ? [reader.read(file, { python: null, files: set })] : [];
  });
  return {
    deployments: results.flatMap(({ deployments }) => deployments),
    unresolved: results.flatMap(({ unresolved }) => unresolved),
  };
}

export function only({ deployments }: ReadResult): Deployment {
  expect(deployments).toHaveLength(1);
  return deployments[0] as Deployment;
}
