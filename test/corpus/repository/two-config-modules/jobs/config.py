MODEL = "Qwen/Qwen2.5-0.5B-Instruct"
