import torch
import transformers
import truss_chains as chains


class Writer(chains.ChainletBase):
    remote_config = chains.RemoteConfig(compute=chains.Compute(cpu_count=2, gpu="A10G"))

    def __init__(self):
        self._model = transformers.AutoModelForCausalLM.from_pretrained(
            "mistralai/Mistral-7B-Instruct-v0.2", torch_dtype=torch.float16, device_map="auto"
        )
        self._settings = {"max_new_tokens": 300, "use_cache": True}

    async def run_remote(self, text: str) -> str:
        inputs = self._tokenizer(text, return_tensors="pt").input_ids.cuda()
        return self._tokenizer.decode(self._model.generate(inputs=inputs, **self._settings)[0])
