"""What the protocol asks of whatever runs a model and whatever reads a card, and how those say no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .case import Case


class KitError(Exception):
    """Told to the user as it is: what is wrong and what to do. Ends the plan."""


class CaseRefused(Exception):
    """One case cannot be measured. A recorded outcome; the plan goes on."""

    outcome = "failed"


class OutOfMemory(CaseRefused):
    outcome = "out-of-memory"


class NotInstalled(CaseRefused):
    outcome = "not-installed"


class CannotLoad(CaseRefused):
    outcome = "cannot-load"


class NoEnergy(CaseRefused):
    """The card answered neither with a counter nor with enough power readings."""

    outcome = "no-energy"


@dataclass(frozen=True)
class Generated:
    """One run of the whole batch."""

    output_tokens: int
    #: Time between two tokens of one sequence, where the driver sees single tokens.
    inter_token_ms: tuple[float, ...] = ()


class Runner(Protocol):
    """Runs the model. `load` before `generate`; both may raise a CaseRefused."""

    framework: str
    #: Are the weights loaded before the kit starts (a server), so that the card's idle power without them is not seen?
    loaded_before: bool
    random_weights: bool

    def versions(self) -> dict[str, str]:
        ...

    def load(self, case: Case) -> None:
        ...

    def generate(self, case: Case, run: int) -> Generated:
        """Returns when the last token is there. `run` counts up, so that no run repeats another's prompts."""
        ...

    def unload(self) -> None:
        ...


@dataclass(frozen=True)
class Card:
    """What the driver says of the cards; all of one kind."""

    name: str
    count: int
    driver: str
    power_limit_w: float | None
    #: Energy counter since the driver was loaded: Volta and newer.
    has_energy_counter: bool
    #: Processes that hold memory of the card before the kit loads anything.
    other_processes: int


@dataclass(frozen=True)
class Reading:
    """The card at one instant, summed over the cards (utilisation, clocks, temperature: their mean). None: not read."""

    power_w: float | None
    utilization_percent: float | None = None
    sm_clock_mhz: float | None = None
    memory_clock_mhz: float | None = None
    temperature_c: float | None = None
    memory_used_gb: float | None = None


class Meter(Protocol):
    """Reads the card and changes nothing on it."""

    def card(self) -> Card:
        ...

    def read(self, everything: bool) -> Reading:
        """Power alone, or everything, which takes longer."""
        ...

    def energy_j(self) -> float | None:
        """The counter, summed over the cards; None where there is none or it failed."""
        ...
