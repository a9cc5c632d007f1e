import os

from transformers import AutoModelForCausalLM, BitsAndBytesConfig

LOW_MEMORY = False
FOUR = os.environ.get("FOUR_BIT", "0") == "1"

config = BitsAndBytesConfig(load_in_8bit=LOW_MEMORY, load_in_4bit=FOUR)
model = AutoModelForCausalLM.from_pretrained(
    "Qwen/Qwen2.5-7B-Instruct",
    quantization_config=config,
    torch_dtype="bfloat16",
)
print(model.generate(**inputs))
