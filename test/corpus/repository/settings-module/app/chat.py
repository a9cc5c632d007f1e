from vllm import LLM, SamplingParams

from app import settings as configuration

llm = LLM(model=configuration.settings.model, max_num_seqs=configuration.settings.max_sequences)


def answer(prompts: list[str]) -> list[str]:
    return [each.outputs[0].text for each in llm.generate(prompts, SamplingParams(max_tokens=128))]
