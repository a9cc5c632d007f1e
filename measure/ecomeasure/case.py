"""One configuration to measure."""

from __future__ import annotations

from dataclasses import dataclass

DTYPES = ("fp32", "tf32", "bf16", "fp16")
#: Quantized while loading, by bitsandbytes.
BITSANDBYTES = ("nf4", "nf4_dq", "int8_default", "int8_pure")
#: Quantized before: the checkpoint (or the server) says so itself.
PREQUANTIZED = ("fp8", "mxfp4", "awq", "gptq")
QUANTIZATIONS = BITSANDBYTES + PREQUANTIZED


@dataclass(frozen=True)
class Case:
    """What runs. `batch` is the number of sequences at once: a batch, or concurrent requests of a server."""

    model: str
    dtype: str
    quantization: str | None
    batch: int
    input_tokens: int
    output_tokens: int
    torch_compile: bool = False
    use_cache: bool = True

    @property
    def precision(self) -> str:
        """As the schema of data/measurements names it."""
        return self.quantization or self.dtype

    @property
    def is_switched(self) -> bool:
        """Another workload than what estimates are about: rules cite it beside its partner."""
        return self.torch_compile or not self.use_cache

    @property
    def load_key(self) -> tuple[str, str, str | None]:
        """Cases of one key share the loaded weights."""
        return (self.model, self.dtype, self.quantization)

    @property
    def key(self) -> str:
        """Stable name of the case: stands in the row's `origin`, so that an interrupted plan finds what is done."""
        words = [self.model, self.dtype, self.quantization or "unquantized"]
        words += [f"batch {self.batch}", f"{self.input_tokens}+{self.output_tokens} tokens"]
        words += ["torch.compile"] if self.torch_compile else []
        words += [] if self.use_cache else ["no KV cache"]
        return ", ".join(words)

    @property
    def generated_tokens(self) -> int:
        """Output tokens of one run of the whole batch."""
        return self.batch * self.output_tokens


def measuring_order(case: Case) -> tuple[bool, bool, int]:
    """Within one model: 16 bit first, so that a quantized row can name its partner, then switches, then by size."""
    return (case.quantization is not None, case.is_switched, case.batch * (case.input_tokens + case.output_tokens))
