import torch
from fastapi import FastAPI
from pydantic import BaseModel
from transformers import AutoModelForCausalLM, AutoTokenizer

MODEL_ID = "meta-llama/Llama-3.1-8B-Instruct"
app = FastAPI()
tokenizer = AutoTokenizer.from_pretrained(MODEL_ID)
model = AutoModelForCausalLM.from_pretrained(MODEL_ID, torch_dtype=torch.bfloat16).to("cuda")


class Question(BaseModel):
    text: str


def answer(text):
    inputs = tokenizer(text, return_tensors="pt").to("cuda")
    return model.generate(**inputs, max_new_tokens=300)


@app.post("/ask")
def ask(question: Question):
    return tokenizer.decode(answer(question.text)[0])
