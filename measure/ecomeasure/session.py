"""Runs a plan: every case ends as a row or as a recorded outcome, and each is on the disk before the next begins."""

from __future__ import annotations

import datetime
import os
import platform
import time
from dataclasses import asdict, dataclass
from typing import Any

from . import KIT_VERSION
from .case import Case
from .interfaces import Card, CaseRefused, Meter, Runner
from .plan import Plan
from .progress import Progress
from .protocol import Measured, Run, idle_power, measure
from .rows import row_of
from .run_file import RunFile


@dataclass
class Counts:
    measured: int = 0
    flagged: int = 0
    out_of_memory: int = 0
    refused: int = 0


def describe(plan: Plan, runner: Runner, card: Card, versions: dict[str, str]) -> dict[str, Any]:
    """What makes the rows of a file one session, and what a reader has to know of it."""
    return {
        "kit_version": KIT_VERSION,
        "started": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "framework": runner.framework,
        "random_weights": runner.random_weights,
        "card": {"name": card.name, "count": card.count, "driver": card.driver, "power_limit_w": card.power_limit_w},
        "energy_counter": card.has_energy_counter,
        "other_processes": card.other_processes,
        "versions": versions,
        "host": {"python": platform.python_version(), "system": platform.platform(), "cpus": os.cpu_count()},
        "protocol": asdict(plan.settings),
        "plans": [{"name": plan.name, "cases": [case.key for case in plan.cases]}],
    }


class Session:
    """One plan on one card, into one file."""

    def __init__(self, plan: Plan, runner: Runner, meter: Meter, file: RunFile, tensor_parallel: int | None) -> None:
        self._plan = plan
        self._runner = runner
        self._meter = meter
        self._file = file
        self._tensor_parallel = tensor_parallel
        self._card = meter.card()
        self._versions = runner.versions()
        self._idle: dict[str, float | None] = {"idle_w": None, "idle_loaded_w": None}
        self._loaded: tuple[str, str, str | None] | None = None
        self.counts = Counts()

    @property
    def card(self) -> Card:
        return self._card

    def cases_left(self) -> list[Case]:
        done = self._file.done_keys()
        return [case for case in self._plan.cases if case.key not in done]

    def begin(self) -> None:
        self._file.begin(describe(self._plan, self._runner, self._card, self._versions))

    def run(self, progress: Progress) -> None:
        """KeyboardInterrupt ends it between two lines: what was measured is on the disk."""
        left = self.cases_left()
        if left and not self._runner.loaded_before:
            progress.live("reading idle power, nothing loaded")
            self._idle["idle_w"] = idle_power(self._meter, self._plan.settings)
        try:
            for case in left:
                progress.start(case)
                self._one(case, progress)
        finally:
            self._unload()

    def _one(self, case: Case, progress: Progress) -> None:
        started = time.perf_counter()
        try:
            self._load(case, progress)
            result, runs = measure(case, self._runner, self._meter, self._plan.settings, progress.told)
        except CaseRefused as refusal:
            # What failed may have left memory taken: the next case starts from nothing.
            self._unload()
            outcome, detail = refusal.outcome, str(refusal)
        except Exception as error:  # noqa: BLE001 - recorded with its kind, told, and the exit status says so
            self._unload()
            outcome, detail = "failed", f"{type(error).__name__}: {error}"
        else:
            self._keep(result, runs, started)
            progress.measured(result)
            return
        self._file.add_outcome(_outcome(case, outcome, started, detail=detail))
        self._file.save()
        self.counts.out_of_memory += outcome == "out-of-memory"
        self.counts.refused += outcome != "out-of-memory"
        progress.refused(case, outcome, detail.splitlines()[0] if detail else "no reason given")

    def _load(self, case: Case, progress: Progress) -> None:
        if self._loaded == case.load_key:
            return
        self._unload()
        progress.live(f"loading {case.model} in {case.precision}")
        self._runner.load(case)
        self._loaded = case.load_key
        progress.live(f"reading idle power, {case.model} loaded")
        self._idle["idle_loaded_w"] = idle_power(self._meter, self._plan.settings)

    def _unload(self) -> None:
        self._loaded = None
        self._runner.unload()

    def _keep(self, result: Measured, runs: list[Run], started: float) -> None:
        flags = dict(result.flags)
        if self._card.other_processes > 0:
            flags["shared_gpu"] = [f"other processes on the card at the start: {self._card.other_processes}"]
        identity = self._file.next_id()
        row = row_of(
            result,
            identity=identity,
            source=self._file.source,
            date=datetime.date.today().isoformat(),
            framework=self._runner.framework,
            card=asdict(self._card),
            versions=self._versions,
            idle=self._idle,
            flags=flags,
            partner=self._partner(result.case),
            tensor_parallel=self._tensor_parallel,
            random_weights=self._runner.random_weights,
        )
        result.flags.update(flags)
        self._file.add_row(row)
        self._file.add_outcome(
            _outcome(result.case, "measured", started, row=identity, runs=[_raw(run) for run in runs])
        )
        self._file.save()
        self.counts.measured += 1
        self.counts.flagged += bool(flags)

    def _partner(self, case: Case) -> str | None:
        """The 16-bit row of this session and setting; a switched run is no estimate's row, so it names none."""
        if case.quantization is None or case.is_switched:
            return None
        setting = {
            "model_id": case.model,
            "batch_size": str(case.batch),
            "input_tokens": str(case.input_tokens),
            "output_tokens": str(case.output_tokens),
            "torch_compile": "false",
            "use_cache": "true",
        }
        return next(
            (row["id"] for row in self._file.rows if is_sixteen_bit(row) and setting.items() <= row.items()), None
        )


def is_sixteen_bit(row: dict[str, str]) -> bool:
    return row["precision"] in ("fp16", "bf16")


def _outcome(case: Case, outcome: str, started: float, **more: object) -> dict[str, Any]:
    return {"case": case.key, "outcome": outcome, "seconds": round(time.perf_counter() - started, 1), **more}


def _raw(run: Run) -> dict[str, float | int | None]:
    """One run as it was read: who doubts a row can compute it again."""
    samples = run.samples
    return {
        "output_tokens": run.output_tokens,
        "repeats": run.repeats,
        "seconds": samples.seconds,
        "counter_j": samples.counter_j,
        "sampled_j": samples.sampled_j,
        "power_readings": len(samples.powers),
        "lost_readings": samples.lost,
    }
