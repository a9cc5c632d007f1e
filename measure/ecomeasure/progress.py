"""What a person sees while a plan runs."""

from __future__ import annotations

import time
from typing import TextIO

from .case import Case
from .protocol import Measured


def minutes(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def number(value: float) -> str:
    """Three figures, as a person reads them."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def work_of(case: Case) -> float:
    """How long a case takes against others: its steps, and without the cache its prefix again at each."""
    prefix = 1.0 if case.use_cache else 1 + (case.input_tokens + case.output_tokens) / 512
    return case.output_tokens * prefix * (1 + case.batch / 64) + case.batch * case.input_tokens / 64


class Progress:
    """One line for each case; on a terminal also one that is written over while it runs."""

    def __init__(self, out: TextIO, cases: list[Case], already: int) -> None:
        self._out = out
        self._live = out.isatty()
        self._total = len(cases) + already
        self._position = already
        self._left = {case.key: work_of(case) for case in cases}
        self._started = self._case_started = time.perf_counter()
        self._done = 0.0
        #: Seconds for each unit of work, once a case is done.
        self._pace: float | None = None

    def say(self, line: str) -> None:
        self._clear()
        print(line, file=self._out, flush=True)

    def live(self, line: str) -> None:
        if self._live:
            print(f"\r\033[K{line[:150]}", end="", file=self._out, flush=True)

    def _clear(self) -> None:
        if self._live:
            print("\r\033[K", end="", file=self._out, flush=True)

    def start(self, case: Case) -> None:
        self._position += 1
        self._case = case
        self._case_started = time.perf_counter()
        self.live(f"[{self._position}/{self._total}] {case.key}: ...{self.left()}")

    def told(self, kind: str, which: int, of: int) -> None:
        self.live(f"[{self._position}/{self._total}] {self._case.key}: {kind} {which} of {of}{self.left()}")

    def left(self) -> str:
        """Time left by the pace of the cases that are done; nothing before the first is, or after the last."""
        if self._pace is None or not self._left:
            return ""
        seconds = self._pace * sum(self._left.values()) - (time.perf_counter() - self._case_started)
        return f" · about {minutes(max(1.0, seconds))} left"

    def measured(self, result: Measured) -> None:
        self._done += self._left.pop(result.case.key)
        self._case_started = time.perf_counter()
        self._pace = (self._case_started - self._started) / self._done
        spread = (
            "one run"
            if result.throughput_cv_percent is None or result.power_cv_percent is None
            else f"CV {result.throughput_cv_percent:.1f} % / {result.power_cv_percent:.1f} %"
        )
        verdict = (
            "ok"
            if not result.flags
            else "FLAGGED " + "; ".join(f"{flag} ({', '.join(reasons)})" for flag, reasons in result.flags.items())
        )
        figures = (
            f"{number(result.throughput_tok_s)} tok/s · {number(result.power_w)} W · "
            f"{number(result.energy_j_per_token)} J/token · {spread}"
        )
        self.say(f"[{self._position}/{self._total}] {result.case.key}\n      {figures} · {verdict}{self.left()}")

    def refused(self, case: Case, outcome: str, why: str) -> None:
        # A case that ended at once says nothing about the pace of the others.
        self._left.pop(case.key)
        self.say(f"[{self._position}/{self._total}] {case.key}\n      {outcome}: {why}{self.left()}")
