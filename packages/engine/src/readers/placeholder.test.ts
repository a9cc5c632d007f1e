import { describe, expect, it } from "vitest";
import { isPlaceholder } from "./placeholder.ts";

describe("a model's id", () => {
  it.each([
    "[MODEL_PATH]",
    "<your-model>",
    "{model_id}",
    "path/to/model",
    "/path/to/your/model",
    "your-org/your-model",
    "your_username/llama-finetuned",
    "YOUR_MODEL",
    "MODEL_NAME",
    "org/<model>",
  ])("%s is to be filled in", (text) => {
    expect(isPlaceholder(text)).toBe(true);
  });

  it.each([
    "Qwen/Qwen3-8B",
    "/models/llama",
    "./out/merged",
    "models/Qwen3-8B",
    "org/pathfinder-to-7b",
    "yourtts/model",
    "meta-llama/Llama-3.1-8B-Instruct",
    "s3://bucket/model",
  ])("%s is one", (text) => {
    expect(isPlaceholder(text)).toBe(false);
  });
});
