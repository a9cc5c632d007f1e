"""Spread over runs, and the gate that the published protocol sets."""

from __future__ import annotations

from statistics import fmean, stdev
from statistics import median as median_of

#: Coefficient of variation over the measured runs: 2 % of throughput, 5 % of power.
MAX_THROUGHPUT_CV_PERCENT = 2.0
MAX_POWER_CV_PERCENT = 5.0


def spread(values: list[float]) -> float | None:
    """Sample standard deviation; None for a single run."""
    return stdev(values) if len(values) > 1 else None


def cv_percent(values: list[float]) -> float | None:
    deviation = spread(values)
    mean = fmean(values) if values else 0.0
    return None if deviation is None or mean == 0 else 100 * deviation / mean


def median(values: list[float]) -> float | None:
    return median_of(values) if values else None


def mean_of(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def largest(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return max(known) if known else None


def gate(throughput_cv: float | None, power_cv: float | None) -> list[str]:
    """Why a row is flagged; nothing where it passes. A single run has no spread, so it cannot pass."""
    reasons = []
    if throughput_cv is None or power_cv is None:
        reasons.append("one run has no spread")
    if throughput_cv is not None and throughput_cv >= MAX_THROUGHPUT_CV_PERCENT:
        reasons.append(f"throughput CV {throughput_cv:.1f} %, not below {MAX_THROUGHPUT_CV_PERCENT:g} %")
    if power_cv is not None and power_cv >= MAX_POWER_CV_PERCENT:
        reasons.append(f"power CV {power_cv:.1f} %, not below {MAX_POWER_CV_PERCENT:g} %")
    return reasons
