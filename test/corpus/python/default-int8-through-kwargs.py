from transformers import AutoModelForCausalLM, BitsAndBytesConfig

options = dict(device_map="auto")
options.update(
    quantization_config=BitsAndBytesConfig(
        load_in_8bit=True,
    ),
)

model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", **options)
answers = model.generate(**batch, max_new_tokens=200)
