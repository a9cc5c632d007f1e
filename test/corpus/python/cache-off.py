import torch
from transformers import AutoModelForCausalLM, GenerationConfig

settings = GenerationConfig(use_cache=False, max_new_tokens=512)
model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-2-7b-chat-hf", torch_dtype=torch.float16)
model.generate(**inputs, generation_config=settings)
