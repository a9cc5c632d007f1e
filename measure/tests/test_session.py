from __future__ import annotations

import csv
import io
import json
import tempfile
import unittest
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

from stand_in import run

FAST = ["--idle-s", "0", "--settle-s", "0", "--min-run-s", "0", "--runs", "2", "--warmups", "0"]
ONE = ["--model", "m/7B", "--batch", "1,4"]


class SessionTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = Path(folder.name) / "run.csv"

    def measure(self, *arguments: str, **faults: Any) -> tuple[int, str]:
        said, told = io.StringIO(), io.StringIO()
        with redirect_stderr(told):
            status = run({"run_s": 0.001, **faults}, [*arguments, "--out", str(self.out), *FAST], out=said)
        return status, said.getvalue() + told.getvalue()

    def rows(self) -> list[dict[str, str]]:
        with self.out.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def provenance(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.out.with_suffix(".provenance.json").read_text(encoding="utf-8"))
        return content

    def outcomes(self) -> list[str]:
        return [entry["outcome"] for entry in self.provenance()["outcomes"]]

    def test_rows_and_how_they_came_about(self) -> None:
        status, said = self.measure(*ONE)
        self.assertEqual((status, [row["id"] for row in self.rows()]), (0, ["run-0001", "run-0002"]))
        self.assertIn("[2/2] m/7B, fp16, unquantized, batch 4, 512+256 tokens", said)
        self.assertIn("2 measured", said)
        self.assertEqual(len(self.provenance()["outcomes"][0]["runs"]), 2)
        self.assertEqual(self.provenance()["card"]["driver"], "550.54.14")

    def test_out_of_memory_is_an_outcome_and_the_plan_goes_on(self) -> None:
        status, said = self.measure(
            "--model", "m/7B", "--batch", "1,4,8", "--torch-compile", "off,on", out_of_memory_above=3
        )
        self.assertEqual((status, len(self.rows())), (0, 2))
        self.assertEqual(sorted(self.outcomes()), ["measured"] * 2 + ["out-of-memory"] * 4)
        self.assertIn("out-of-memory: CUDA out of memory", said)
        status, said = self.measure("--model", "m/7B", "--batch", "1,4,8", "--torch-compile", "off,on")
        self.assertIn("0 cases, 6 done before", said)

    def test_a_failure_is_told_exits_1_and_is_tried_again(self) -> None:
        status, said = self.measure(*ONE, bug_at_batch=4)
        self.assertEqual((status, self.outcomes()), (1, ["measured", "failed"]))
        self.assertIn("failed: ValueError: a kernel went wrong", said)
        status, said = self.measure(*ONE)
        self.assertEqual((status, self.outcomes()), (0, ["measured", "measured"]))
        self.assertIn("1 case, 1 done before", said)

    def test_what_is_not_installed_or_not_there_is_told_and_the_rest_measured(self) -> None:
        arguments = ["--model", "gone/7B,m/7B", "--quantization", "none,nf4"]
        status, said = self.measure(*arguments, no_bitsandbytes=True, unknown_model="gone/7B")
        self.assertEqual((status, len(self.rows())), (1, 1))
        self.assertEqual(sorted(self.outcomes()), ["cannot-load", "measured", "not-installed", "not-installed"])
        self.assertIn("3 not measured", said)

    def test_a_card_without_energy_gives_no_row(self) -> None:
        status, said = self.measure(*ONE, no_counter=True, lose_power_every=1)
        self.assertEqual((status, self.outcomes(), self.out.exists()), (1, ["no-energy", "no-energy"], False))
        self.assertIn("power only: no energy counter", said)

    def test_a_quantized_row_names_its_sixteen_bit_row_or_none(self) -> None:
        self.measure("--model", "m/7B", "--quantization", "none,nf4", "--torch-compile", "off,on")
        partners = {(row["precision"], row["torch_compile"]): row["fp16_partner"] for row in self.rows()}
        self.assertEqual(partners[("nf4", "false")], "run-0001")
        self.assertEqual(partners[("nf4", "true")], "none")
        self.assertEqual(partners[("fp16", "true")], "")

    def test_the_sixteen_bit_row_may_be_of_an_earlier_plan_but_only_of_the_same_setting(self) -> None:
        self.measure("--model", "m/7B", "--batch", "1,4", "--dtype", "fp32,bf16")
        self.measure("--model", "m/7B", "--batch", "4,8", "--quantization", "nf4")
        partners = [(row["precision"], row["batch_size"], row["fp16_partner"]) for row in self.rows()[-2:]]
        sixteen_bit = next(row["id"] for row in self.rows() if (row["precision"], row["batch_size"]) == ("bf16", "4"))
        self.assertEqual(partners, [("nf4", "4", sixteen_bit), ("nf4", "8", "none")])

    def test_rows_of_a_shared_or_unstable_card_are_flagged(self) -> None:
        _, said = self.measure(*ONE, other_processes=2, unstable=True, run_s=0.02)
        self.assertEqual({row["flag"] for row in self.rows()}, {"shared_gpu"})
        self.assertIn("Other processes on this card: 2.", said)
        self.assertIn("FLAGGED", said)
        self.assertIn("unstable_runs: throughput CV", self.rows()[0]["notes"])

    def test_another_card_or_stack_is_another_file(self) -> None:
        self.measure(*ONE)
        status, said = self.measure(*ONE, cuda="13.0")
        self.assertEqual(status, 2)
        self.assertRegex(said, r"is of another session \(versions was .*12\.8.*13\.0.*choose another --out")

    def test_files_that_are_not_its_own_are_left_alone(self) -> None:
        self.out.write_text("a,b\n1,2\n", encoding="utf-8")
        status, said = self.measure(*ONE)
        self.assertEqual((status, self.out.read_text(encoding="utf-8")), (2, "a,b\n1,2\n"))
        self.assertIn("not a file of this kit", said)
        self.out.unlink()
        self.measure(*ONE)
        self.out.with_suffix(".provenance.json").unlink()
        self.assertIn("provenance.json is missing", self.measure(*ONE)[1])

    def test_mistakes_of_the_command_line(self) -> None:
        mistakes: list[tuple[list[str], str]] = [
            ([], "say what to measure"),
            (["--plan", "measure/plans/quick.yaml", "--batch", "2"], "a plan says these itself: --batch"),
            (["--model", "m", "--concurrency", "2"], "--concurrency goes with --server"),
            (["--model", "m", "--dtype", "fp61"], 'did you mean "fp16"'),
            (["--model", "m", "--gpus", "a"], "expected indices"),
            (["--model", "m", "--nonsense"], "unrecognized arguments: --nonsense"),
            (["--model", "m", "--tensor-parallel", "2"], "with --server"),
            (["--model", "m", "--gpus", "7"], "this machine has 1 GPUs"),
        ]
        for arguments, says in mistakes:
            with self.subTest(says):
                status, said = self.measure(*arguments)
                self.assertEqual(status, 2)
                self.assertIn(says, said)
                self.assertNotIn("Traceback", said)

    def test_tensor_parallel_of_a_server_is_known_on_one_gpu_and_stated_on_several(self) -> None:
        server = ["--model", "m/7B", "--server", "http://127.0.0.1:8000", "--concurrency", "2"]
        stated = ["--tensor-parallel", "2"]
        cases: list[tuple[list[str], str, str]] = [([], "0", "1"), ([], "0,1", ""), (stated, "0,1", "2")]
        for arguments, gpus, written in cases:
            with self.subTest(gpus=gpus, stated=arguments):
                self.assertEqual(self.measure(*server, *arguments, "--gpus", gpus, gpus=2)[0], 0)
                self.assertEqual((self.rows()[0]["tensor_parallel"], self.rows()[0]["batch_size"]), (written, "2"))
                self.out.unlink()
                self.out.with_suffix(".provenance.json").unlink()

    def test_a_plan_file_with_other_models_and_settings(self) -> None:
        plans = Path(__file__).parent.parent / "plans"
        status, _ = self.measure("--plan", str(plans / "quick.yaml"), "--model", "m/7B", "--random-weights")
        self.assertEqual((status, {row["model_id"] for row in self.rows()}), (0, {"m/7B"}))
        self.assertEqual({row["random_weights"] for row in self.rows()}, {"true"})
        self.assertEqual({row["n_runs"] for row in self.rows()}, {"2"})


if __name__ == "__main__":
    unittest.main()
