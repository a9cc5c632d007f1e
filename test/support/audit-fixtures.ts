import { readFileSync } from "node:fs";

const fixture = (name: string) => readFileSync(new URL(`../fixtures/audit/${name}`, import.meta.url), "utf8");
export const chat = { path: "app/chat.py", content: fixture("chat.py") };
export const vllm = { path: "k8s/vllm.yaml", content: fixture("vllm.yaml") };
