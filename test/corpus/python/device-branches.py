import sys
from functools import partial

import fire
import gradio as gr
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

if torch.cuda.is_available():
    device = "cuda"
elif torch.backends.mps.is_available():
    device = "mps"
else:
    device = "cpu"


def reply(model, tokenizer, question, max_new_tokens=200):
    inputs = tokenizer(question, return_tensors="pt").to(device)
    with torch.no_grad():
        ids = model.generate(**inputs, max_new_tokens=max_new_tokens)
    return tokenizer.decode(ids[0])


def main(base: str = "huggyllama/llama-7b", adapter: str = "org/adapter", eight_bit: bool = False):
    tokenizer = AutoTokenizer.from_pretrained(base)
    if device == "cuda":
        model = AutoModelForCausalLM.from_pretrained(
            base,
            load_in_8bit=eight_bit,
            torch_dtype=torch.float16,
            device_map="auto",
        )
        model = PeftModel.from_pretrained(model, adapter)
    elif device == "mps":
        model = AutoModelForCausalLM.from_pretrained(base, device_map={"": device}, torch_dtype=torch.float16)
    else:
        model = AutoModelForCausalLM.from_pretrained(base, device_map={"": device})
    if sys.platform != "win32":
        model = torch.compile(model)
    gr.Interface(fn=partial(reply, model, tokenizer), inputs="text", outputs="text").launch()


if __name__ == "__main__":
    fire.Fire(main)
