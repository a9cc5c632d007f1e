from cog import BasePredictor, Input
from transformers import AutoModelForCausalLM


class Predictor(BasePredictor):
    def setup(self):
        self.model = AutoModelForCausalLM.from_pretrained("deepseek-ai/deepseek-math-7b-base", torch_dtype="bfloat16")

    def predict(self, text: str, max_new_tokens: int = Input(description="How many", default=100, ge=1)) -> str:
        inputs = self.tokenizer(text, return_tensors="pt")
        return self.tokenizer.decode(self.model.generate(**inputs, max_new_tokens=max_new_tokens)[0])
