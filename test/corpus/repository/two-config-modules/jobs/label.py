from config import MODEL
from vllm import LLM

llm = LLM(model=MODEL, max_num_seqs=64)
labels = llm.generate(["Is this spam?"] * 64)
