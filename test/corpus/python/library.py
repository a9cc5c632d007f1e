from transformers import AutoModelForCausalLM


class Loader:
    def load(self, name, **kwargs):
        return AutoModelForCausalLM.from_pretrained(name, **kwargs)


def ask(model, prompt):
    return model.generate(prompt)
