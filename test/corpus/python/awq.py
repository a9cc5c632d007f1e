from awq import AutoAWQForCausalLM
from transformers import AutoTokenizer

MODEL = "TheBloke/Mistral-7B-Instruct-v0.2-AWQ"
model = AutoAWQForCausalLM.from_quantized(MODEL, fuse_layers=True)
tokenizer = AutoTokenizer.from_pretrained(MODEL)
batch = tokenizer(open("prompts.txt").readlines(), return_tensors="pt", padding=True).to("cuda")
print(tokenizer.batch_decode(model.generate(**batch, max_new_tokens=80)))
