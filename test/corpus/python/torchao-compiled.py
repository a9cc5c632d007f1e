import torch
from transformers import AutoModelForCausalLM, TorchAoConfig

model = AutoModelForCausalLM.from_pretrained(
    "Qwen/Qwen2.5-7B-Instruct", device_map="cuda", quantization_config=TorchAoConfig("float8_weight_only")
)
model.forward = torch.compile(model.forward, mode="reduce-overhead")
