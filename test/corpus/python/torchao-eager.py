import torch
from torchao.quantization import Float8WeightOnlyConfig
from transformers import AutoModelForCausalLM, TorchAoConfig

config = TorchAoConfig(quant_type=Float8WeightOnlyConfig())
model = AutoModelForCausalLM.from_pretrained(
    "Qwen/Qwen2.5-7B-Instruct", torch_dtype=torch.bfloat16, device_map="cuda", quantization_config=config
)
