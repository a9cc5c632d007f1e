from transformers import AutoModelForCausalLM, BitsAndBytesConfig

eight_bit = BitsAndBytesConfig(load_in_8bit=True)

model = AutoModelForCausalLM.from_pretrained("google/gemma-2b-it", torch_dtype="bfloat16")
model.generate(**inputs)
