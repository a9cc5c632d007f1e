"""Reads a card in the background while something runs."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType

from .interfaces import Meter, Reading

#: Clocks, temperature, utilisation and memory change slowly and take longer to read.
EVERYTHING_EVERY = 5
#: Not the first reading: what runs has hardly begun.
EVERYTHING_AT = 2


@dataclass
class Samples:
    """What was read between two instants. `lost` readings failed."""

    seconds: float = 0.0
    powers: list[tuple[float, float]] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    lost: int = 0
    #: By the card's own counter; None where it has none, or it failed.
    counter_j: float | None = None

    @property
    def mean_power_w(self) -> float | None:
        """Time-weighted (trapezoids) where there are two readings; None where there is none."""
        if len(self.powers) < 2:
            return self.powers[0][1] if self.powers else None
        area = sum((later - earlier) * (p + q) / 2 for (earlier, p), (later, q) in zip(self.powers, self.powers[1:]))
        return area / (self.powers[-1][0] - self.powers[0][0])

    @property
    def sampled_j(self) -> float | None:
        power = self.mean_power_w
        return None if power is None else power * self.seconds

    @property
    def rate_hz(self) -> float | None:
        return len(self.powers) / self.seconds if self.seconds > 0 and self.powers else None


class Sampler:
    """`with Sampler(meter, hz) as sampler: ...; sampler.samples`. The counter is read at both ends."""

    def __init__(self, meter: Meter, hz: float) -> None:
        self._meter = meter
        self._period = 1 / hz
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.samples = Samples()
        self._failure: BaseException | None = None

    def __enter__(self) -> Sampler:
        self._counter_before = self._meter.energy_j()
        self._started = time.perf_counter()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.samples.seconds = time.perf_counter() - self._started
        after = self._meter.energy_j()
        self._stop.set()
        self._thread.join()
        if self._counter_before is not None and after is not None:
            self.samples.counter_j = after - self._counter_before
        if self._failure is not None and error is None:
            raise self._failure

    def _sample(self) -> None:
        tick = 0
        try:
            while True:
                everything = tick % EVERYTHING_EVERY == EVERYTHING_AT
                reading = self._meter.read(everything)
                if reading.power_w is None:
                    self.samples.lost += 1
                else:
                    self.samples.powers.append((time.perf_counter() - self._started, reading.power_w))
                if everything:
                    self.samples.readings.append(reading)
                tick += 1
                due = self._started + tick * self._period
                if self._stop.wait(max(0.0, due - time.perf_counter())):
                    return
        except Exception as failure:  # told by the thread that waits for this one
            self._failure = failure


def sample_for(meter: Meter, hz: float, seconds: float) -> Samples:
    """The card left alone for a while."""
    with Sampler(meter, hz) as sampler:
        time.sleep(seconds)
    return sampler.samples
