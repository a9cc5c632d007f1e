from transformers import AutoModelForCausalLM, AutoTokenizer

from .settings import EIGHT_BIT, settings

tokenizer = AutoTokenizer.from_pretrained(settings.model)
model = AutoModelForCausalLM.from_pretrained(settings.model, quantization_config=EIGHT_BIT, device_map="cuda")


def summarise(texts: list[str]) -> list[str]:
    inputs = tokenizer(texts, return_tensors="pt", padding=True).to("cuda")
    return tokenizer.batch_decode(model.generate(**inputs, max_new_tokens=256))
