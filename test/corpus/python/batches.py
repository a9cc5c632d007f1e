from transformers import AutoModelForCausalLM, AutoTokenizer

name = "Qwen/Qwen2.5-7B-Instruct"
tokenizer = AutoTokenizer.from_pretrained(name, padding_side="left")
model = AutoModelForCausalLM.from_pretrained(name, torch_dtype="bfloat16", device_map="cuda")

results = []
for start in range(0, len(prompts), 16):
    inputs = tokenizer(prompts[start : start + 16], return_tensors="pt", padding=True).to("cuda")
    results += model.generate(**inputs, max_new_tokens=128)

for batch in loader:
    results += model.generate(**batch, max_new_tokens=128)
