from transformers import AutoModelForCausalLM, AutoTokenizer

tok = AutoTokenizer.from_pretrained("microsoft/Phi-3-mini-4k-instruct")
model = AutoModelForCausalLM.from_pretrained("microsoft/Phi-3-mini-4k-instruct", torch_dtype="bfloat16")


def turn(question, history):
    ids = tok(history + question, return_tensors="pt")
    return tok.decode(model.generate(**ids, max_new_tokens=256)[0]), history + question


history = ""
while True:
    print(turn(input("> "), history)[0])

for question in ["Hello", "And then?"]:
    reply, history = turn(question, history)
