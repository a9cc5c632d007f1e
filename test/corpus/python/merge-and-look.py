import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

BASE = "Qwen/Qwen2.5-1.5B-Instruct"

base = AutoModelForCausalLM.from_pretrained(BASE, torch_dtype=torch.bfloat16)
merged = PeftModel.from_pretrained(base, "out/adapter").merge_and_unload()
tokenizer = AutoTokenizer.from_pretrained(BASE)
sample = merged.generate(**tokenizer("Say hello", return_tensors="pt"), max_new_tokens=20)
print(tokenizer.decode(sample[0]))
merged.save_pretrained("out/merged")
