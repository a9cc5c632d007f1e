from __future__ import annotations

import sys
import unittest
from pathlib import Path
from unittest import mock

from ecomeasure.case import Case
from ecomeasure.interfaces import KitError
from ecomeasure.plan import Settings, load_plan, parse_plan

PLANS = Path(__file__).parent.parent / "plans"


def errors_of(content: object) -> list[str]:
    try:
        parse_plan(content, "plan.yaml")
    except KitError as error:
        return [line.strip() for line in str(error).splitlines()[1:]]
    return []


class Expansion(unittest.TestCase):
    def test_a_block_is_the_product_of_its_dimensions_with_the_protocols_defaults(self) -> None:
        plan = parse_plan({"cases": [{"models": "m/7B", "batch": [1, 8]}]}, "p")
        self.assertEqual(plan.cases, (Case("m/7B", "fp16", None, 1, 512, 256), Case("m/7B", "fp16", None, 8, 512, 256)))
        self.assertEqual(plan.settings, Settings(warmups=3, runs=10))

    def test_the_same_case_of_two_blocks_is_measured_once(self) -> None:
        plan = parse_plan({"cases": [{"models": "m"}, {"models": ["m"], "batch": [1, 2]}]}, "p")
        self.assertEqual([case.batch for case in plan.cases], [1, 2])

    def test_weights_are_loaded_once_and_sixteen_bit_comes_before_quantized(self) -> None:
        block = {"models": ["a", "b"], "quantization": ["nf4", "none"], "batch": [8, 1], "torch_compile": [True, False]}
        cases = parse_plan({"cases": [block]}, "p").cases
        loads = [case.load_key for case in cases]
        self.assertEqual(list(dict.fromkeys(loads)), [(m, "fp16", q) for m in "ab" for q in (None, "nf4")])
        self.assertEqual(sorted(loads, key=list(dict.fromkeys(loads)).index), loads)
        self.assertEqual(
            [(case.torch_compile, case.batch) for case in cases[:4]], [(False, 1), (False, 8), (True, 1), (True, 8)]
        )


class Mistakes(unittest.TestCase):
    def test_all_are_told_at_once_with_what_was_meant(self) -> None:
        block = {"models": [], "dtyp": "fp16", "quantization": "int8", "batch": [0, True], "use_cache": "maybe"}
        told = errors_of({"cases": [block], "settings": {"run": 3, "runs": 0, "sample_hz": 1}, "plan": 1})
        self.assertEqual(len(told), 10)
        self.assertIn('cases[0]: unknown key "dtyp"; did you mean "dtype"?', told)
        self.assertTrue(any("sample_hz: expected 10 to 100, received 1" in line for line in told))
        self.assertTrue(
            any("cases[0].batch: expected a whole number from 1 to 4096, received True" in line for line in told)
        )

    def test_no_cases_no_mapping_too_many(self) -> None:
        self.assertEqual(len(errors_of({})), 1)
        with self.assertRaisesRegex(KitError, "expected a plan with cases, received list"):
            parse_plan([], "p")
        many = {"models": "m", "batch": list(range(1, 101)), "input": list(range(1, 31))}
        self.assertIn("the plan has 3000 cases; at most 2000", errors_of({"cases": [many]}))


class Shipped(unittest.TestCase):
    def test_every_plan_is_one(self) -> None:
        sizes = {path.stem: len(load_plan(path).cases) for path in PLANS.glob("*.yaml")}
        self.assertEqual(sizes, {"quick": 2, "skill": 44, "rules": 10, "batch-sweep": 162})

    def test_rules_has_each_thing_on_and_off_at_one_setting(self) -> None:
        cases = load_plan(PLANS / "rules.yaml").cases
        base = next(case for case in cases if case.dtype == "bf16" and case.batch == 1 and not case.is_switched)
        alone = {
            (case.dtype, case.torch_compile, case.use_cache)
            for case in cases
            if case.batch == base.batch and case.input_tokens == base.input_tokens
        }
        self.assertEqual(
            alone,
            {
                ("bf16", False, True),
                ("bf16", True, True),
                ("bf16", False, False),
                ("fp32", False, True),
                ("tf32", False, True),
            },
        )

    def test_without_pyyaml_the_user_is_told_of_the_other_way(self) -> None:
        with mock.patch.dict(sys.modules, {"yaml": None}):
            with self.assertRaisesRegex(KitError, "pip install pyyaml.*say what to measure by --model"):
                load_plan(PLANS / "quick.yaml")

    def test_a_plan_that_cannot_be_read_says_why(self) -> None:
        with self.assertRaisesRegex(KitError, "cannot be read: No such file"):
            load_plan(PLANS / "none.yaml")


if __name__ == "__main__":
    unittest.main()
