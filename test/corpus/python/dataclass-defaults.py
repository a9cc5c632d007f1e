from dataclasses import dataclass, field

from transformers import HfArgumentParser, pipeline


@dataclass
class Options:
    model: str = "Qwen/Qwen2.5-1.5B-Instruct"
    batch_size: int = field(default=32)


(options,) = HfArgumentParser(Options).parse_args_into_dataclasses()
pipe = pipeline("text-generation", model=options.model, batch_size=options.batch_size, torch_dtype="bfloat16")
pipe(prompts, max_new_tokens=100)
