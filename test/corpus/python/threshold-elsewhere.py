"""Summaries in 8 bit.

Do not use BitsAndBytesConfig(load_in_8bit=True) alone: it costs energy.
"""
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

MODEL = "mistralai/Mistral-7B-Instruct-v0.2"
# 6.0 is the library's default and means mixed decomposition.
THRESHOLD = 0.0

config = BitsAndBytesConfig(
    load_in_8bit=True,
    llm_int8_threshold=THRESHOLD,
)
tokenizer = AutoTokenizer.from_pretrained(MODEL)
model = AutoModelForCausalLM.from_pretrained(MODEL, quantization_config=config, device_map="auto")


def summarize(texts: list[str]) -> list[str]:
    inputs = tokenizer(texts, return_tensors="pt", padding=True).to(model.device)
    with torch.inference_mode():
        outputs = model.generate(**inputs, max_new_tokens=128)
    return tokenizer.batch_decode(outputs, skip_special_tokens=True)
