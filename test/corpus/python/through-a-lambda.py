import torch
from fastapi import APIRouter
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

router = APIRouter()
DTYPE = "float16"
model = AutoModelForCausalLM.from_pretrained("defog/sqlcoder-7b-2", torch_dtype=getattr(torch, DTYPE), device_map="auto")
pipe = pipeline(task="text-generation", model=model, tokenizer=AutoTokenizer.from_pretrained("defog/sqlcoder-7b-2"))
answer = lambda prompt: pipe(prompt, max_new_tokens=512, num_beams=3)


@router.post("/query")
async def query(request):
    return answer((await request.json())["question"])
