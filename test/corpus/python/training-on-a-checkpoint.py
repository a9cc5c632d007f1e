from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("TheBloke/Llama-2-7B-GPTQ", load_in_8bit=True, device_map="auto")
model = get_peft_model(model, LoraConfig(r=8, task_type="CAUSAL_LM"))
Trainer(model=model, args=TrainingArguments("out"), train_dataset=data).train()
