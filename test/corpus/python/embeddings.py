from vllm import LLM

embedder = LLM(model="intfloat/e5-mistral-7b-instruct", task="embed", max_num_seqs=1)
vectors = embedder.embed(texts)
