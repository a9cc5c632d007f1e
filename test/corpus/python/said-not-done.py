"""Summaries for the help desk.

An earlier version called from_pretrained(name, load_in_8bit=True) and was slower for it.
"""
from transformers import AutoModelForCausalLM, AutoTokenizer

NAME = "mistralai/Mistral-7B-Instruct-v0.2"
# model = AutoModelForCausalLM.from_pretrained(NAME, load_in_8bit=True)
HELP = "pass load_in_8bit=True to save memory"

tokenizer = AutoTokenizer.from_pretrained(NAME)
model = AutoModelForCausalLM.from_pretrained(NAME, torch_dtype="float16", device_map="auto")


def summarize(texts):
    """Never with use_cache=False: it is slow."""
    batch = tokenizer(texts, return_tensors="pt", padding=True).to(model.device)
    return model.generate(**batch, max_new_tokens=160)
