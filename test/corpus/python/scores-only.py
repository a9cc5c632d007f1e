import argparse

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("--model", default="Qwen/Qwen2.5-7B-Instruct")
parser.add_argument("--load_in_8bit", action="store_true")
args = parser.parse_args()

model_class = LlamaForCausalLM if "llama" in args.model else AutoModelForCausalLM
tokenizer = AutoTokenizer.from_pretrained(args.model)
model = model_class.from_pretrained(args.model, load_in_8bit=args.load_in_8bit, torch_dtype=torch.float16)

for question in open("questions.txt"):
    inputs = tokenizer(question, return_tensors="pt").to("cuda")
    print(model(**inputs).logits[0, -1].argmax())
