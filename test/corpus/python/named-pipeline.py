import torch
import transformers


def ask_all(pipe, questions):
    for question in questions:
        yield pipe([{"role": "user", "content": question}], max_new_tokens=16)


def run(pipe, how, questions):
    return list(how(pipe, questions))


if __name__ == "__main__":
    chat = transformers.pipeline(
        "text-generation",
        model="meta-llama/Llama-3.1-8B-Instruct",
        model_kwargs={"torch_dtype": torch.bfloat16},
        device_map="auto",
    )
    print(run(chat, ask_all, open("questions.txt").readlines()))
