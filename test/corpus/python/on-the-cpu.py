from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("gpt2", load_in_8bit=True, device_map="cpu")
for prompt in prompts:
    model.generate(prompt)
