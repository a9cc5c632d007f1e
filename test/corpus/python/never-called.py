import argparse

from transformers import AutoModelForCausalLM
from vllm import LLM, SamplingParams


def with_vllm(prompts, model):
    return LLM(model=model).generate(prompts, SamplingParams(max_tokens=64))


def with_transformers(inputs, model):
    return AutoModelForCausalLM.from_pretrained(model, torch_dtype="float32").generate(**inputs)


parser = argparse.ArgumentParser()
parser.add_argument("--backend", default="vllm")
parser.add_argument("--model", default="Qwen/Qwen2.5-3B-Instruct")
args = parser.parse_args()
if args.backend == "vllm":
    with_vllm(prompts, args.model)
elif args.backend == "hf":
    with_transformers(inputs, args.model)
