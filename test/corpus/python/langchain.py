from langchain_huggingface import HuggingFacePipeline
from transformers import BitsAndBytesConfig

quantization = BitsAndBytesConfig(load_in_8bit=True)

llm = HuggingFacePipeline.from_model_id(
    model_id="mistralai/Mistral-7B-Instruct-v0.2",
    task="text-generation",
    model_kwargs={"quantization_config": quantization},
    pipeline_kwargs={"max_new_tokens": 256},
)
print(llm.invoke("Hello"))
