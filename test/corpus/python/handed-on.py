from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline


def load(path):
    model = AutoModelForCausalLM.from_pretrained(path, torch_dtype="bfloat16", device_map="auto")
    return model, AutoTokenizer.from_pretrained(path)


def answers(model, tokenizer, questions, max_new_tokens=64):
    ask = pipeline("text-generation", model=model, tokenizer=tokenizer)
    results = []
    for question in questions:
        results.append(ask(question, max_new_tokens=max_new_tokens)[0]["generated_text"])
    return results


if __name__ == "__main__":
    model, tokenizer = load("mistralai/Mistral-7B-Instruct-v0.3")
    print(answers(model, tokenizer, open("questions.txt").readlines()))
