from vllm import LLM, SamplingParams

llm = LLM("/models/Qwen3-14B", dtype="float16", tensor_parallel_size=2)
limits = SamplingParams(max_tokens=512)

topics = open("topics.txt").read().split("\n")
prompts = []
for topic in topics:
    prompts.append(f"Explain {topic} to a child.")

for bits, groups in zip([[8, 4], [4, 2]], [[1, 2], [2, 4]]):
    answers = llm.generate(prompts, limits, bits, groups)
    print(bits, len(answers))
