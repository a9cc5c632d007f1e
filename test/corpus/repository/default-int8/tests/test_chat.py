from transformers import AutoModelForCausalLM

# A test loads what it tests: no deployment.
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", load_in_8bit=True)
