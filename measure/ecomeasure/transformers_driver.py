"""Runs a model by Hugging Face transformers in this process: eager, greedy, fixed lengths, as published rows were."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import tempfile
from pathlib import Path
from typing import Any

from .case import BITSANDBYTES, PREQUANTIZED, Case
from .interfaces import CannotLoad, CaseRefused, Generated, KitError, NotInstalled, OutOfMemory
from .plan import read_yaml
from .prompts import prompt_tokens

ARCHITECTURES = Path(__file__).parent.parent / "architectures.yaml"
#: Other names of a failed allocation than torch.cuda.OutOfMemoryError.
OUT_OF_MEMORY_WORDS = ("out of memory", "CUBLAS_STATUS_ALLOC_FAILED")


def bitsandbytes_options(quantization: str, compute: Any) -> dict[str, Any]:
    """Arguments of transformers' BitsAndBytesConfig. Pure INT8 differs from the default in its threshold alone."""
    if quantization in ("nf4", "nf4_dq"):
        return {
            "load_in_4bit": True,
            "bnb_4bit_quant_type": "nf4",
            "bnb_4bit_compute_dtype": compute,
            "bnb_4bit_use_double_quant": quantization == "nf4_dq",
        }
    return {"load_in_8bit": True, **({"llm_int8_threshold": 0.0} if quantization == "int8_pure" else {})}


def _version_of(name: str) -> str | None:
    if importlib.util.find_spec(name) is None:
        return None
    return str(getattr(importlib.import_module(name), "__version__", "unknown"))


class TransformersRunner:
    framework = "transformers"
    loaded_before = False

    def __init__(self, random_weights: bool, gpus: int) -> None:
        for name in ("torch", "transformers"):
            if importlib.util.find_spec(name) is None:
                raise KitError(f"{name} is not installed: pip install torch transformers")
        self._torch: Any = importlib.import_module("torch")
        self._transformers: Any = importlib.import_module("transformers")
        if not self._torch.cuda.is_available():
            raise KitError("torch sees no CUDA device: install a CUDA build of torch, or check the driver")
        self.random_weights = random_weights
        self._gpus = gpus
        self._model: Any = None
        self._eager_forward: Any = None
        self._compiled_forward: Any = None
        # transformers 5 calls it dtype.
        is_old = int(self._transformers.__version__.split(".")[0]) < 5
        self._dtype_option = "torch_dtype" if is_old else "dtype"

    def versions(self) -> dict[str, str]:
        known = {name: _version_of(name) for name in ("torch", "transformers", "bitsandbytes", "accelerate")}
        known["cuda"] = self._torch.version.cuda
        return {name: version for name, version in known.items() if version is not None}

    def load(self, case: Case) -> None:
        if case.quantization in BITSANDBYTES and importlib.util.find_spec("bitsandbytes") is None:
            raise NotInstalled("bitsandbytes is not installed: pip install bitsandbytes accelerate")
        if self.random_weights and case.quantization in PREQUANTIZED:
            raise CannotLoad(f"{case.quantization} weights come quantized: random ones cannot be made")
        tf32 = case.dtype == "tf32"
        self._torch.backends.cuda.matmul.allow_tf32 = tf32
        self._torch.backends.cudnn.allow_tf32 = tf32
        try:
            self._model = self._random_model(case) if self.random_weights else self._from_pretrained(case.model, case)
        except Exception as error:
            refusal = self._refusal(error) or _load_refusal(error)
            if refusal is None:
                raise
            raise refusal from error
        self._check_quantization(case)
        self._model.eval()
        # Newer versions compile by themselves where a cache allows it: here only the plan decides what is compiled.
        self._model.generation_config = self._transformers.GenerationConfig(
            do_sample=False, num_beams=1, pad_token_id=0, eos_token_id=None, disable_compile=True
        )
        self._eager_forward = self._model.forward
        self._compiled_forward = None

    def _dtype(self, case: Case) -> Any:
        names = {"fp32": "float32", "tf32": "float32", "bf16": "bfloat16", "fp16": "float16"}
        return getattr(self._torch, names[case.dtype])

    def _from_pretrained(self, name: str, case: Case) -> Any:
        options: dict[str, Any] = {self._dtype_option: self._dtype(case)}
        if case.quantization in BITSANDBYTES:
            config = bitsandbytes_options(case.quantization, self._dtype(case))
            options["quantization_config"] = self._transformers.BitsAndBytesConfig(**config)
        load = self._transformers.AutoModelForCausalLM.from_pretrained
        if self._gpus > 1:
            return load(name, device_map="auto", **options)
        if case.quantization is None:
            return load(name, **options).to("cuda")
        return load(name, device_map={"": 0}, **options)

    def _config(self, name: str) -> Any:
        """Of architectures.yaml, which needs no hub; else the config.json of a folder or of the hub."""
        shapes: dict[str, Any] = read_yaml(ARCHITECTURES)
        shape = shapes.get(name)
        if shape is not None:
            options = {key: value for key, value in shape.items() if key != "model_type"}
            return self._transformers.AutoConfig.for_model(shape["model_type"], **options)
        try:
            return self._transformers.AutoConfig.from_pretrained(name)
        except OSError as error:
            known = ", ".join(sorted(shapes))
            raise CannotLoad(
                f"{name} is not in measure/architectures.yaml ({known}), and no config.json is to be had"
            ) from error

    def _random_model(self, case: Case) -> Any:
        config = self._config(case.model)
        self._torch.manual_seed(0)
        make = self._transformers.AutoModelForCausalLM.from_config
        with self._torch.device("cuda"):
            model = make(config, **{self._dtype_option: self._dtype(case)})
        if case.quantization is None and self._gpus == 1:
            return model
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(folder)
            del model
            self._free()
            return self._from_pretrained(folder, case)

    def _check_quantization(self, case: Case) -> None:
        """A row must not say awq because the user did: the checkpoint says what it is."""
        stated = getattr(self._model.config, "quantization_config", None)
        method = getattr(stated, "quant_method", None) or (
            stated.get("quant_method") if isinstance(stated, dict) else None
        )
        name = str(getattr(method, "value", method) or "none").lower()
        expected = "bitsandbytes" if case.quantization in BITSANDBYTES else case.quantization or "none"
        if expected not in name:
            raise CannotLoad(f"the checkpoint is quantized by {name}, not by {expected}: name it by --quantization")

    def generate(self, case: Case, run: int) -> Generated:
        try:
            return Generated(self._generate(case, run))
        except Exception as error:
            refusal = self._refusal(error)
            if refusal is None:
                raise
            raise refusal from error

    def _generate(self, case: Case, run: int) -> int:
        torch = self._torch
        if case.torch_compile and self._compiled_forward is None:
            self._compiled_forward = torch.compile(self._eager_forward, mode="reduce-overhead")
        self._model.forward = self._compiled_forward if case.torch_compile else self._eager_forward
        prompts = [prompt_tokens(run, sequence, case.input_tokens) for sequence in range(case.batch)]
        ids = torch.tensor(prompts, device="cuda")
        # The static cache is what torch.compile needs, and what the rule's fix asks for.
        static = {"cache_implementation": "static"} if case.torch_compile else {}
        with torch.inference_mode():
            made = self._model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=case.output_tokens,
                use_cache=case.use_cache,
                **static,
            )
        torch.cuda.synchronize()
        tokens = int(made.shape[1]) - case.input_tokens
        if tokens != case.output_tokens:
            raise CaseRefused(f"the model stopped after {tokens} of {case.output_tokens} tokens")
        return tokens * case.batch

    def unload(self) -> None:
        self._model = None
        self._eager_forward = self._compiled_forward = None
        self._free()

    def _free(self) -> None:
        gc.collect()
        self._torch.cuda.empty_cache()

    def _refusal(self, error: Exception) -> CaseRefused | None:
        """The outcome that an exception of torch or transformers means; None where it is a failure."""
        if isinstance(error, CaseRefused):
            return error
        is_memory = isinstance(error, self._torch.cuda.OutOfMemoryError)
        if is_memory or any(words in str(error) for words in OUT_OF_MEMORY_WORDS):
            return OutOfMemory(_first_line(error))
        return None


def _load_refusal(error: Exception) -> CannotLoad | None:
    """What transformers raises for a checkpoint that it cannot get or does not know; None for anything else."""
    if isinstance(error, OSError):
        return CannotLoad(f"{_first_line(error)} (no hub? --random-weights needs none)")
    return CannotLoad(_first_line(error)) if isinstance(error, (ValueError, ImportError)) else None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
