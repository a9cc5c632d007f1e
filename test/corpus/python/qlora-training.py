from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, Trainer, TrainingArguments

bnb = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")
model = AutoModelForCausalLM.from_pretrained("microsoft/phi-2", quantization_config=bnb)
model.config.use_cache = False
model = get_peft_model(prepare_model_for_kbit_training(model), LoraConfig(r=16))
Trainer(model=model, args=TrainingArguments("out"), train_dataset=rows).train()
