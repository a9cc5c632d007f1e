"""The driver against stand-ins of torch and transformers: what it asks them for, and what it makes of their errors."""

from __future__ import annotations

import importlib.machinery
import sys
import types
import unittest
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any
from unittest import mock

from ecomeasure.case import Case
from ecomeasure.interfaces import CannotLoad, CaseRefused, KitError, NotInstalled, OutOfMemory
from ecomeasure.transformers_driver import TransformersRunner

CASE = Case("Qwen/Qwen2.5-0.5B-Instruct", "bf16", None, 2, 8, 4)


class Memory(Exception):
    pass


class Tensor:
    def __init__(self, rows: int, columns: int) -> None:
        self.shape = (rows, columns)


class StandInModel:
    def __init__(self, asked: list[Any], quantized: object) -> None:
        self.asked = asked
        self.config = SimpleNamespace(quantization_config=quantized)
        self.generation_config: Any = None
        self.forward: Any = "eager"
        self.makes = 0
        self.raises: Exception | None = None

    def to(self, device: str) -> StandInModel:
        self.asked.append(("to", device))
        return self

    def eval(self) -> None:
        pass

    def save_pretrained(self, folder: str) -> None:
        self.asked.append(("save", folder))

    def generate(self, ids: Tensor, **options: Any) -> Tensor:
        if self.raises is not None:
            raise self.raises
        self.asked.append(("generate", ids.shape, self.forward, options))
        return Tensor(ids.shape[0], ids.shape[1] + options["max_new_tokens"] - self.makes)


class Library:
    """torch, transformers and bitsandbytes as far as the driver knows them."""

    def __init__(self, version: str = "4.57.1") -> None:
        self.asked: list[Any] = []
        self.quantized: object = None
        self.load_error: Exception | None = None
        self.torch = self.module(
            "torch",
            __version__="2.9.0",
            float32="float32", bfloat16="bfloat16", float16="float16",
            cuda=SimpleNamespace(
                is_available=lambda: True, OutOfMemoryError=Memory, synchronize=lambda: None, empty_cache=lambda: None
            ),
            version=SimpleNamespace(cuda="12.8"),
            backends=SimpleNamespace(
                cuda=SimpleNamespace(matmul=SimpleNamespace(allow_tf32=None)), cudnn=SimpleNamespace(allow_tf32=None)
            ),
            compile=lambda forward, mode: f"compiled {forward} {mode}",
            tensor=lambda rows, device: Tensor(len(rows), len(rows[0])),
            ones_like=lambda ids: "ones",
            inference_mode=nullcontext,
            device=lambda name: nullcontext(),
            manual_seed=lambda seed: None,
        )  # fmt: skip
        self.transformers = self.module(
            "transformers",
            __version__=version,
            AutoModelForCausalLM=SimpleNamespace(from_pretrained=self.from_pretrained, from_config=self.from_config),
            AutoConfig=SimpleNamespace(for_model=lambda kind, **shape: (kind, shape), from_pretrained=self.config),
            BitsAndBytesConfig=lambda **options: options,
            GenerationConfig=lambda **options: options,
        )

    @staticmethod
    def module(name: str, **content: Any) -> types.ModuleType:
        module = types.ModuleType(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None)
        module.__dict__.update(content)
        return module

    def from_pretrained(self, name: str, **options: Any) -> StandInModel:
        self.asked.append(("from_pretrained", name, options))
        if self.load_error is not None:
            raise self.load_error
        quantized = {"quant_method": "bitsandbytes"} if "quantization_config" in options else self.quantized
        return StandInModel(self.asked, quantized)

    def config(self, name: str) -> tuple[str, dict[str, Any]]:
        if name == "x/7B":
            raise OSError("no such repository")
        return (name, {})

    def from_config(self, config: Any, **options: Any) -> StandInModel:
        self.asked.append(("from_config", config, options))
        return StandInModel(self.asked, None)


class DriverTest(unittest.TestCase):
    def runner(
        self, library: Library | None = None, random_weights: bool = False, gpus: int = 1, bnb: bool = True
    ) -> Any:
        self.library = library or Library()
        modules: dict[str, Any] = {"torch": self.library.torch, "transformers": self.library.transformers}
        modules["bitsandbytes"] = Library.module("bitsandbytes", __version__="0.49.0") if bnb else None
        patch = mock.patch.dict(sys.modules, {name: module for name, module in modules.items() if module is not None})
        patch.start()
        self.addCleanup(patch.stop)
        return TransformersRunner(random_weights, gpus)

    def asked(self, kind: str) -> Any:
        return next(entry for entry in self.library.asked if entry[0] == kind)

    def test_each_precision_is_loaded_as_its_name_says(self) -> None:
        pure = {"load_in_8bit": True, "llm_int8_threshold": 0.0}
        nf4: dict[str, Any] = {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4", "bnb_4bit_compute_dtype": "bfloat16"}
        cases: list[tuple[str, dict[str, Any]]] = [
            ("int8_default", {"load_in_8bit": True}),
            ("int8_pure", pure),
            ("nf4", {**nf4, "bnb_4bit_use_double_quant": False}),
            ("nf4_dq", {**nf4, "bnb_4bit_use_double_quant": True}),
        ]
        for quantization, expected in cases:
            with self.subTest(quantization):
                self.runner().load(Case(CASE.model, "bf16", quantization, 1, 8, 4))
                _, name, options = self.asked("from_pretrained")
                self.assertEqual((name, options["quantization_config"]), (CASE.model, expected))
                self.assertEqual(options["device_map"], {"": 0})

    def test_sixteen_bit_goes_to_the_card_and_tf32_is_fp32_with_its_arithmetic_on(self) -> None:
        for dtype, loaded, tf32 in (("bf16", "bfloat16", False), ("tf32", "float32", True), ("fp32", "float32", False)):
            with self.subTest(dtype):
                self.runner().load(Case(CASE.model, dtype, None, 1, 8, 4))
                self.assertEqual(self.asked("from_pretrained")[2], {"torch_dtype": loaded})
                self.assertEqual(self.asked("to"), ("to", "cuda"))
                self.assertEqual(self.library.torch.backends.cuda.matmul.allow_tf32, tf32)

    def test_transformers_5_and_several_cards(self) -> None:
        self.runner(Library("5.0.0"), gpus=2).load(CASE)
        self.assertEqual(self.asked("from_pretrained")[2], {"dtype": "bfloat16", "device_map": "auto"})

    def test_greedy_of_fixed_length_eager_or_compiled_cached_or_not(self) -> None:
        runner = self.runner()
        runner.load(CASE)
        said = runner._model.generation_config
        self.assertEqual((said["eos_token_id"], said["do_sample"], said["disable_compile"]), (None, False, True))
        self.assertEqual(runner.generate(CASE, 0).output_tokens, 8)
        _, shape, forward, options = self.asked("generate")
        self.assertEqual((shape, forward), ((2, 8), "eager"))
        self.assertEqual(options, {"attention_mask": "ones", "max_new_tokens": 4, "use_cache": True})
        self.library.asked.clear()
        runner.generate(Case(CASE.model, "bf16", None, 2, 8, 4, torch_compile=True), 1)
        _, _, forward, options = self.asked("generate")
        self.assertEqual((forward, options["cache_implementation"]), ("compiled eager reduce-overhead", "static"))
        self.library.asked.clear()
        runner.generate(Case(CASE.model, "bf16", None, 2, 8, 4, use_cache=False), 2)
        self.assertEqual((self.asked("generate")[2], self.asked("generate")[3]["use_cache"]), ("eager", False))

    def test_random_weights_of_an_architecture(self) -> None:
        self.runner(random_weights=True).load(CASE)
        _, (kind, shape), options = self.asked("from_config")
        self.assertEqual((kind, shape["num_hidden_layers"], options), ("qwen2", 24, {"torch_dtype": "bfloat16"}))
        self.runner(random_weights=True).load(Case(CASE.model, "fp16", "int8_pure", 1, 8, 4))
        self.assertEqual(self.asked("from_pretrained")[1], self.asked("save")[1])
        self.runner(random_weights=True).load(Case("./ours", "fp16", None, 1, 8, 4))
        self.assertEqual(self.asked("from_config")[1], ("./ours", {}))
        with self.assertRaisesRegex(
            CannotLoad, "x/7B is not in measure/architectures.yaml .*no config.json is to be had"
        ):
            self.runner(random_weights=True).load(Case("x/7B", "fp16", None, 1, 8, 4))

    def test_a_checkpoint_that_is_quantized_otherwise_than_the_row_would_say(self) -> None:
        library = Library()
        library.quantized = {"quant_method": "awq"}
        with self.assertRaisesRegex(CannotLoad, "quantized by awq, not by none"):
            self.runner(library).load(CASE)
        self.runner(library).load(Case(CASE.model, "fp16", "awq", 1, 8, 4))
        with self.assertRaisesRegex(CannotLoad, "quantized by awq, not by gptq"):
            self.runner(library).load(Case(CASE.model, "fp16", "gptq", 1, 8, 4))

    def test_errors_are_told_for_what_they_are(self) -> None:
        library = Library()
        library.load_error = OSError("We couldn't connect to the hub\nat all")
        with self.assertRaisesRegex(CannotLoad, r"couldn't connect to the hub \(no hub\? --random-weights"):
            self.runner(library).load(CASE)
        library.load_error = ValueError("Unrecognized model in x/7B")
        with self.assertRaisesRegex(CannotLoad, "^Unrecognized model in x/7B$"):
            self.runner(library).load(CASE)
        library.load_error = TypeError("unexpected keyword")
        with self.assertRaisesRegex(TypeError, "unexpected keyword"):
            self.runner(library).load(CASE)
        runner = self.runner()
        runner.load(CASE)
        for error, kind in (
            (Memory("CUDA out of memory. Tried"), OutOfMemory),
            (RuntimeError("CUBLAS_STATUS_ALLOC_FAILED when calling"), OutOfMemory),
            (ValueError("other"), ValueError),
        ):
            runner._model.raises = error
            with self.subTest(str(error)), self.assertRaises(kind):
                runner.generate(CASE, 0)
        runner._model.raises = None
        runner._model.makes = 1
        with self.assertRaisesRegex(CaseRefused, "stopped after 3 of 4 tokens"):
            runner.generate(CASE, 0)

    def test_what_is_not_installed(self) -> None:
        with mock.patch("importlib.util.find_spec", return_value=None):
            with self.assertRaisesRegex(KitError, "torch is not installed"):
                TransformersRunner(False, 1)
        runner = self.runner(bnb=False)
        with mock.patch("importlib.util.find_spec", return_value=None), self.assertRaises(NotInstalled):
            runner.load(Case(CASE.model, "fp16", "nf4", 1, 8, 4))


if __name__ == "__main__":
    unittest.main()
