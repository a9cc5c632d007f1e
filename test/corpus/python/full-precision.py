import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

NAME = "Qwen/Qwen2.5-3B-Instruct"
DTYPE = torch.float32

tokenizer = AutoTokenizer.from_pretrained(NAME)
model = AutoModelForCausalLM.from_pretrained(NAME, torch_dtype=DTYPE).to("cuda")


def complete(prompts):
    batch = tokenizer(prompts, return_tensors="pt", padding=True).to("cuda")
    return tokenizer.batch_decode(model.generate(**batch, max_new_tokens=64))
