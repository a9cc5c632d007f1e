import torch
from transformers import AutoModelForCausalLM


class Model:
    def __init__(self, **kwargs):
        self._config = kwargs["config"]

    def load(self):
        self.model = AutoModelForCausalLM.from_pretrained(
            self._config["model_metadata"]["repo_id"],
            torch_dtype=torch.float16,
        )

    def predict(self, request):
        return self.model.generate(request["ids"], max_new_tokens=200)
