from beam import endpoint


def load():
    from transformers import pipeline

    return pipeline("text-generation", model="microsoft/Phi-3-mini-4k-instruct", torch_dtype="float16", device=0)


@endpoint(name="notes", gpu="A10G", on_start=load)
def notes(context, **inputs):
    return context.on_start_value(inputs["texts"], max_new_tokens=20, batch_size=8)
