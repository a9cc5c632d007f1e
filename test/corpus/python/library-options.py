from transformers import AutoModelForCausalLM, BitsAndBytesConfig


def load_model(options, is_trainable=False):
    extra = {}
    if options.bits == 4:
        extra["quantization_config"] = BitsAndBytesConfig(load_in_4bit=True)
    if options.checkpoint is not None:
        path = options.checkpoint[0]
    else:
        path = options.model_name
    return AutoModelForCausalLM.from_pretrained(path, **extra)
