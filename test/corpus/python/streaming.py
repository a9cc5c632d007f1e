from threading import Thread

from transformers import AutoModelForCausalLM, TextIteratorStreamer

model = AutoModelForCausalLM.from_pretrained("google/gemma-7b-it", torch_dtype="bfloat16")


@app.post("/stream")
def stream(prompt):
    streamer = TextIteratorStreamer(tokenizer)
    Thread(target=model.generate, kwargs=dict(inputs=prompt, streamer=streamer)).start()
    return streamer


for prompt in prompts:
    model.generate(prompt, streamer=printer, max_new_tokens=90)
