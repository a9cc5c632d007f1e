from vllm import LLM

llm = LLM("Qwen/Qwen2.5-7B-Instruct", max_num_seqs=1)


def later(:
    pass
