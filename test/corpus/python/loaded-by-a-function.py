import time

from vllm import LLM, SamplingParams

WEIGHTS = "/mnt/models/llama-2-7b"


def load():
    return LLM(WEIGHTS)


def generate(question, llm):
    start = time.perf_counter()
    answer = llm.generate(question, SamplingParams(max_tokens=200))
    return answer, time.perf_counter() - start


if __name__ == "__main__":
    engine = load()
    for question in open("questions.txt"):
        print(generate(question=question, llm=engine))
