import click
import sys
from transformers import AutoModelForCausalLM


def answer(*, input_model, prompts):
    model = AutoModelForCausalLM.from_pretrained(input_model, torch_dtype="bfloat16", device_map="auto")
    return model.generate(prompts, max_new_tokens=40)


@click.command()
@click.option("--input-model", type=str, default="databricks/dolly-v2-3b")
@click.option("--prompts", type=str)
def main(**kwargs):
    answer(**kwargs)
