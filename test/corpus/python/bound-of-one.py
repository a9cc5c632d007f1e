import os

from vllm import LLM, SamplingParams

CONCURRENCY = int(os.getenv("CONCURRENCY", "1"))
llm = LLM(
    model=os.environ.get("MODEL") or "Qwen/Qwen2.5-7B-Instruct",
    dtype="bfloat16",
    max_num_seqs=CONCURRENCY,
    max_model_len=4096,
)
print(llm.generate(prompts, SamplingParams(max_tokens=200)))
