import torch
from peft import LoraConfig, PeftConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig
from trl import SFTTrainer

from own_data import held_out, train_set

quantized = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)
tokenizer = AutoTokenizer.from_pretrained("Qwen/Qwen2.5-14B-Instruct")
model = AutoModelForCausalLM.from_pretrained(
    "Qwen/Qwen2.5-14B-Instruct",
    quantization_config=quantized,
)
model.config.use_cache = False
model = get_peft_model(model, LoraConfig(r=8))
trainer = SFTTrainer(model=model, train_dataset=train_set)
trainer.train()
trainer.save_model("out")

known = PeftConfig.from_pretrained("out")
model = AutoModelForCausalLM.from_pretrained(
    "Qwen/Qwen2.5-14B-Instruct",
    quantization_config=quantized,
)
model = PeftModel.from_pretrained(model, "out")


def classify(text):
    inputs = tokenizer(text, return_tensors="pt").to("cuda")
    found = model.generate(**inputs, max_new_tokens=20)
    return tokenizer.decode(found[0])


right = 0
for sample in held_out:
    right += classify(sample["text"]) == sample["label"]
print(right)
