from vllm import LLM, SamplingParams

llm = LLM(model="path/to/your/model", max_num_seqs=1)
print(llm.generate(["Hello"], SamplingParams(max_tokens=20)))
