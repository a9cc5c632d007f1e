import sglang as sgl

engine = sgl.Engine(model_path="Qwen/Qwen2.5-7B-Instruct", tp_size=1, disable_radix_cache=True)
print(engine.generate(prompts, {"max_new_tokens": 64}))
