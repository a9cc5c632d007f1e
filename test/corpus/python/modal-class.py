import modal

app = modal.App("batch")


@app.cls(gpu="A100-80GB", max_containers=2)
class Summaries:
    @modal.enter()
    def load(self):
        from vllm import LLM

        self.llm = LLM("mistralai/Mistral-7B-Instruct-v0.2", dtype="float16", enable_prefix_caching=True)

    @modal.method()
    def run(self, prompts: list[str]):
        return self.llm.generate(prompts)
