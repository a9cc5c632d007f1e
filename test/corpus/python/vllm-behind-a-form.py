import fire
import gradio as gr
from vllm import LLM, SamplingParams


def main(base_model, gpus=1):
    llm = LLM(model=base_model, tensor_parallel_size=gpus)

    def answer(question, max_new_tokens=1024):
        result = llm.generate(question, SamplingParams(max_tokens=max_new_tokens))
        return result[0].outputs[0].text

    gr.Interface(fn=answer, inputs="text", outputs="text").launch()


if __name__ == "__main__":
    fire.Fire(main)
