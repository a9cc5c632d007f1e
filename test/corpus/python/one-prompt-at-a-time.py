from transformers import pipeline

generator = pipeline("text-generation", model="mistralai/Mistral-7B-v0.1", torch_dtype="float16", device=0)


def classify(row):
    return generator(row["text"], max_new_tokens=8)


labels = [classify(row) for row in rows]
