import torch
from transformers import AutoModelForCausalLM

# float32 on a processor is right: nothing is to be found here.
model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B-Instruct", torch_dtype=torch.float32, device_map="cpu")
