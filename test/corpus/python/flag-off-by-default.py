import argparse

from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("--model", default="tiiuae/falcon-7b-instruct")
parser.add_argument("--int8", action="store_true", help="halve the memory")
args = parser.parse_args()

if args.int8:
    model = AutoModelForCausalLM.from_pretrained(args.model, load_in_8bit=True)
else:
    model = AutoModelForCausalLM.from_pretrained(args.model, torch_dtype="auto")
model.generate(**inputs, max_new_tokens=64)
