import json

import torch
import transformers
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        parameters = json.loads(args["model_config"]).get("parameters", {})
        name = parameters.get("model", {}).get("string_value", "tiiuae/falcon-7b")
        self.pipe = transformers.pipeline("text-generation", model=name, torch_dtype=torch.float16, device_map="auto")

    def execute(self, requests):
        prompts = [pb_utils.get_input_tensor_by_name(r, "text").as_numpy()[0].decode() for r in requests]
        return self.generate(prompts, len(prompts))

    def generate(self, prompts, batch_size):
        return self.pipe(prompts, max_new_tokens=30, batch_size=batch_size)
