"""Measures one case: warm-ups, then runs, each with its tokens, its time and its energy."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Callable

from .case import Case
from .interfaces import Meter, NoEnergy, Runner
from .plan import Settings
from .sampling import Sampler, Samples, sample_for
from .statistics import cv_percent, gate, largest, mean_of, median, spread

#: More lost readings than this share are told in the row's flag.
MAX_LOST_SHARE = 0.05
#: Fewer runs with energy than this share are no measurement.
MIN_RUNS_WITH_ENERGY = 0.5

COUNTER = "nvml_counter"
SAMPLED = "nvml_power"


@dataclass(frozen=True)
class Run:
    """One measured run: the whole batch, once or, where it is short, several times."""

    output_tokens: int
    repeats: int
    samples: Samples
    inter_token_ms: tuple[float, ...]

    @property
    def throughput_tok_s(self) -> float:
        return self.output_tokens / self.samples.seconds

    def energy_j(self, meter: str) -> float | None:
        return self.samples.counter_j if meter == COUNTER else self.samples.sampled_j


@dataclass(frozen=True)
class Measured:
    """What the runs of a case say together. Energy and power are of `meter`."""

    case: Case
    meter: str
    throughput_tok_s: float
    power_w: float
    energy_j_per_token: float
    energy_j_per_token_counter: float | None
    energy_j_per_token_sampled: float | None
    energy_j_per_request: float
    throughput_std: float | None
    power_std: float | None
    energy_j_per_token_std: float | None
    throughput_cv_percent: float | None
    power_cv_percent: float | None
    median_itl_ms: float | None
    n_runs: int
    power_sample_hz: float | None
    peak_memory_gb: float | None
    gpu_utilization_percent: float | None
    sm_clock_mhz: float | None
    memory_clock_mhz: float | None
    temperature_c: float | None
    #: Why the row is flagged, by flag, most serious first.
    flags: dict[str, list[str]] = field(default_factory=dict)


#: Told while a case runs: "warm-up" or "run", which one, of how many.
Told = Callable[[str, int, int], None]


def idle_power(meter: Meter, settings: Settings) -> float | None:
    """Board power with nothing running; None where it cannot be read or the plan does not ask."""
    if settings.idle_s == 0:
        return None
    time.sleep(settings.settle_s)
    return sample_for(meter, settings.sample_hz, settings.idle_s).mean_power_w


def measure_run(case: Case, runner: Runner, meter: Meter, settings: Settings, first_run: int) -> Run:
    """Repeats the batch until the run is long enough for the meter."""
    tokens, repeats = 0, 0
    between: list[float] = []
    with Sampler(meter, settings.sample_hz) as sampler:
        started = time.perf_counter()
        while repeats == 0 or time.perf_counter() - started < settings.min_run_s:
            made = runner.generate(case, first_run + repeats)
            tokens += made.output_tokens
            between += made.inter_token_ms
            repeats += 1
    return Run(tokens, repeats, sampler.samples, tuple(between))


def measure(case: Case, runner: Runner, meter: Meter, settings: Settings, told: Told) -> tuple[Measured, list[Run]]:
    """Raises a CaseRefused where the case cannot be measured."""
    done = 0
    for number in range(settings.warmups):
        told("warm-up", number + 1, settings.warmups)
        runner.generate(case, done)
        done += 1
    runs: list[Run] = []
    for number in range(settings.runs):
        told("run", number + 1, settings.runs)
        runs.append(measure_run(case, runner, meter, settings, done))
        done += runs[-1].repeats
    return summarize(case, runs), runs


def _energy_per_token(runs: list[Run], meter: str) -> float | None:
    """Of the runs that have it; None where too few have."""
    known = [(energy, run.output_tokens) for run in runs if (energy := run.energy_j(meter)) is not None]
    if not known or len(known) < MIN_RUNS_WITH_ENERGY * len(runs):
        return None
    return sum(energy for energy, _ in known) / sum(tokens for _, tokens in known)


def _choose_meter(runs: list[Run]) -> str:
    """The counter where it answered, for it sees every moment; else the sampled power."""
    for meter in (COUNTER, SAMPLED):
        if _energy_per_token(runs, meter):
            return meter
    raise NoEnergy(
        "the card gave neither its energy counter nor enough power readings: its driver may not support them"
    )


def summarize(case: Case, runs: list[Run]) -> Measured:
    meter = _choose_meter(runs)
    used = [run for run in runs if run.energy_j(meter)]
    energies = [run.energy_j(meter) or 0.0 for run in used]
    seconds = sum(run.samples.seconds for run in used)
    tokens = sum(run.output_tokens for run in used)
    throughputs = [run.throughput_tok_s for run in used]
    powers = [energy / run.samples.seconds for energy, run in zip(energies, used)]
    per_token = [energy / run.output_tokens for energy, run in zip(energies, used)]
    readings = [reading for run in used for reading in run.samples.readings]
    between = [gap for run in used for gap in run.inter_token_ms]
    energy_j_per_token = sum(energies) / tokens
    return Measured(
        case=case,
        meter=meter,
        throughput_tok_s=tokens / seconds,
        power_w=sum(energies) / seconds,
        energy_j_per_token=energy_j_per_token,
        energy_j_per_token_counter=_energy_per_token(runs, COUNTER),
        energy_j_per_token_sampled=_energy_per_token(runs, SAMPLED),
        energy_j_per_request=energy_j_per_token * case.output_tokens,
        throughput_std=spread(throughputs),
        power_std=spread(powers),
        energy_j_per_token_std=spread(per_token),
        throughput_cv_percent=cv_percent(throughputs),
        power_cv_percent=cv_percent(powers),
        median_itl_ms=median(between),
        n_runs=len(used),
        power_sample_hz=mean_of([run.samples.rate_hz for run in used]),
        peak_memory_gb=largest([reading.memory_used_gb for reading in readings]),
        gpu_utilization_percent=mean_of([reading.utilization_percent for reading in readings]),
        sm_clock_mhz=mean_of([reading.sm_clock_mhz for reading in readings]),
        memory_clock_mhz=mean_of([reading.memory_clock_mhz for reading in readings]),
        temperature_c=mean_of([reading.temperature_c for reading in readings]),
        flags=_flags(runs, used, cv_percent(throughputs), cv_percent(powers)),
    )


def _flags(
    runs: list[Run], used: list[Run], throughput_cv: float | None, power_cv: float | None
) -> dict[str, list[str]]:
    flags: dict[str, list[str]] = {}
    lost = sum(run.samples.lost for run in runs)
    tried = lost + sum(len(run.samples.powers) for run in runs)
    missing = []
    if lost > MAX_LOST_SHARE * tried:
        missing.append(f"{lost} of {tried} power readings failed")
    if len(used) < len(runs):
        missing.append(f"{len(runs) - len(used)} of {len(runs)} runs have no energy and are left out")
    if missing:
        flags["power_readings_lost"] = missing
    unstable = gate(throughput_cv, power_cv)
    if unstable:
        flags["unstable_runs"] = unstable
    return flags
