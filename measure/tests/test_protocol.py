from __future__ import annotations

import unittest
from pathlib import Path
from typing import Any

from stand_in import BUSY_W, LOADED_W, StandInNvml, TinyDecoder

from ecomeasure.case import Case
from ecomeasure.interfaces import KitError, NoEnergy, Reading
from ecomeasure.nvml import NvmlMeter, visible_indices
from ecomeasure.plan import Settings
from ecomeasure.protocol import COUNTER, SAMPLED, Run, idle_power, measure, summarize
from ecomeasure.rows import COLUMNS, cell_text, row_of
from ecomeasure.sampling import Sampler, Samples

CASE = Case("m/7B", "fp16", None, 4, 512, 256)
QUICK = Settings(warmups=1, runs=3, settle_s=0, idle_s=0.1, min_run_s=0.1, sample_hz=100)


def run_of(seconds: float = 10.0, watts: float | None = 200.0, counter_w: float | None = 202.0, lost: int = 0) -> Run:
    powers = [] if watts is None else [(0.0, watts), (seconds, watts)]
    samples = Samples(seconds, powers, [Reading(watts, 90.0, 1400.0, 1500.0, 60.0, 16.0)], lost)
    samples.counter_j = None if counter_w is None else counter_w * seconds
    return Run(CASE.generated_tokens, 1, samples, ())


class Summary(unittest.TestCase):
    def test_energy_is_of_the_counter_and_both_readings_are_kept(self) -> None:
        result = summarize(CASE, [run_of(), run_of()])
        self.assertEqual(result.meter, COUNTER)
        self.assertAlmostEqual(result.throughput_tok_s, 1024 / 10)
        self.assertAlmostEqual(result.power_w, 202)
        self.assertAlmostEqual(result.energy_j_per_token, 2020 / 1024)
        self.assertAlmostEqual(result.energy_j_per_token_sampled or 0, 2000 / 1024)
        self.assertAlmostEqual(result.energy_j_per_request, 2020 / 4)
        self.assertEqual((result.n_runs, result.flags), (2, {}))

    def test_power_times_time_where_there_is_no_counter(self) -> None:
        result = summarize(CASE, [run_of(counter_w=None)] * 2)
        self.assertEqual((result.meter, result.energy_j_per_token_counter), (SAMPLED, None))
        self.assertAlmostEqual(result.energy_j_per_token, 2000 / 1024)

    def test_energy_is_power_over_throughput_also_when_runs_differ(self) -> None:
        result = summarize(CASE, [run_of(8, 150, None), run_of(12, 250, None)])
        self.assertAlmostEqual(result.energy_j_per_token, result.power_w / result.throughput_tok_s)

    def test_a_spread_beyond_the_gate_is_flagged_and_kept(self) -> None:
        slow = summarize(CASE, [run_of(10), run_of(11)])
        self.assertEqual(list(slow.flags), ["unstable_runs"])
        self.assertIn("throughput CV 6.7 %, not below 2 %", slow.flags["unstable_runs"][0])
        hot = summarize(CASE, [run_of(counter_w=200), run_of(counter_w=230)])
        self.assertIn("power CV 9.9 %, not below 5 %", hot.flags["unstable_runs"][0])
        self.assertEqual(summarize(CASE, [run_of(10), run_of(10.1)]).flags, {})

    def test_one_run_has_no_spread_and_does_not_pass(self) -> None:
        self.assertEqual(summarize(CASE, [run_of()]).flags, {"unstable_runs": ["one run has no spread"]})

    def test_lost_readings_are_flagged_and_runs_without_any_left_out(self) -> None:
        some = summarize(CASE, [run_of(counter_w=None, lost=1)] * 3)
        self.assertEqual(some.flags, {"power_readings_lost": ["3 of 9 power readings failed"]})
        blind = run_of(watts=None, counter_w=None, lost=20)
        partly = summarize(CASE, [run_of(counter_w=None), run_of(counter_w=None), blind])
        self.assertEqual((partly.n_runs, len(partly.flags["power_readings_lost"])), (2, 2))

    def test_no_energy_is_no_row(self) -> None:
        blind = run_of(watts=None, counter_w=None, lost=20)
        with self.assertRaisesRegex(NoEnergy, "neither its energy counter nor enough power readings"):
            summarize(CASE, [blind, blind, run_of(counter_w=None)])


class OnTheStandIn(unittest.TestCase):
    def test_a_case_from_warm_up_to_summary(self) -> None:
        nvml = StandInNvml()
        meter, decoder = NvmlMeter(nvml), TinyDecoder(nvml)
        decoder.load(CASE)
        self.assertAlmostEqual(idle_power(meter, QUICK) or 0, LOADED_W)
        told: list[tuple[str, int, int]] = []
        result, runs = measure(CASE, decoder, meter, QUICK, lambda kind, which, of: told.append((kind, which, of)))
        self.assertEqual(told, [("warm-up", 1, 1), ("run", 1, 3), ("run", 2, 3), ("run", 3, 3)])
        self.assertEqual(len(runs), 3)
        # Runs of 0.02 s are repeated until the meter has seen enough of them.
        self.assertTrue(all(run.repeats >= 2 and run.samples.seconds >= 0.1 for run in runs))
        self.assertTrue(0.8 * BUSY_W < result.power_w <= BUSY_W + 1)
        self.assertGreater(result.power_sample_hz or 0, 10)

    def test_power_readings_that_fail_are_counted_and_the_rest_used(self) -> None:
        nvml = StandInNvml({"no_counter": True, "lose_power_every": 2})
        with Sampler(NvmlMeter(nvml), 100) as sampler:
            while nvml.reads < 9:
                pass
        self.assertGreaterEqual(sampler.samples.lost, 4)
        self.assertEqual(sampler.samples.mean_power_w, nvml.power_w)
        self.assertIsNone(sampler.samples.counter_j)


class TheCard(unittest.TestCase):
    def test_several_cards_are_summed_and_a_part_is_not_the_whole(self) -> None:
        meter = NvmlMeter(StandInNvml({"gpus": 4}), [0, 2])
        self.assertEqual(meter.card().count, 2)
        self.assertEqual(meter.read(everything=True), Reading(40.0, 0.0, 1410.0, 1593.0, 51.0, 30.0))
        self.assertIsNone(
            NvmlMeter(StandInNvml({"gpus": 2, "lose_power_every": 2}), [0, 1]).read(everything=False).power_w
        )

    def test_mig_no_driver_no_such_card_and_mixed_cards_are_refused(self) -> None:
        cases: list[tuple[dict[str, Any], list[int] | None, str]] = [
            ({"mig": True}, None, "split by MIG"),
            ({"no_driver": True}, None, "Driver Not Loaded"),
            ({}, [1], "this machine has 1 GPUs"),
            ({"gpus": 2, "names": ["A", "B"]}, [0, 1], "several kinds"),
        ]
        for faults, gpus, says in cases:
            with self.subTest(says), self.assertRaisesRegex(KitError, says):
                NvmlMeter(StandInNvml(faults), gpus)

    def test_the_first_card_that_the_user_left_visible(self) -> None:
        self.assertEqual(visible_indices({"CUDA_VISIBLE_DEVICES": "2, 3"}, 4), [2, 3])
        self.assertEqual(visible_indices({"CUDA_VISIBLE_DEVICES": "GPU-abc"}, 2), [0, 1])
        self.assertEqual(visible_indices({}, 2), [0, 1])

    def test_nothing_in_the_kit_sets_anything_on_the_card(self) -> None:
        for path in (Path(__file__).parent.parent / "ecomeasure").glob("*.py"):
            self.assertNotRegex(path.read_text(encoding="utf-8"), r"nvmlDevice(Set|Reset)|nvidia-smi -")


class TheRow(unittest.TestCase):
    def row(self, **more: Any) -> dict[str, Any]:
        result = more.pop("result", summarize(CASE, [run_of(), run_of()]))
        values: dict[str, Any] = {
            "identity": "run-0001", "source": "run", "date": "2026-11-27", "framework": "transformers",
            "card": {"name": "A Card", "count": 1, "driver": "550", "power_limit_w": None}, "versions": {"torch": "2.9"},
            "idle": {"idle_w": 20.0, "idle_loaded_w": None}, "flags": {}, "partner": None, "tensor_parallel": None,
            "random_weights": False, **more,
        }  # fmt: skip
        return dict(row_of(result, **values))

    def test_has_every_column_in_order(self) -> None:
        self.assertEqual(tuple(self.row()), COLUMNS)
        self.assertEqual((self.row()["tier"], self.row()["flag"], self.row()["fp16_partner"]), (1, None, None))

    def test_has_the_most_serious_flag_and_all_reasons(self) -> None:
        row = self.row(flags={"unstable_runs": ["a"], "power_readings_lost": ["b"]})
        self.assertEqual((row["flag"], row["tier"]), ("power_readings_lost", 2))
        self.assertIn("unstable_runs: a; power_readings_lost: b", str(row["notes"]))

    def test_two_readings_that_disagree_are_told(self) -> None:
        self.assertNotIn("against the counter", str(self.row()["notes"]))
        short = summarize(CASE, [run_of(watts=150), run_of(watts=150)])
        self.assertIn("power samples say -26 % against the counter", str(self.row(result=short)["notes"]))

    def test_cells_read_back_as_what_they_were(self) -> None:
        written = [cell_text(value) for value in (None, True, False, 3, 0.000123456789, 1234567.89, "x")]
        self.assertEqual(written, ["", "true", "false", "3", "0.000123457", "1234568", "x"])


if __name__ == "__main__":
    unittest.main()
