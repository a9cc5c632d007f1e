"""The card, through NVML (nvidia-ml-py). Only nvmlDeviceGet*: no setting is ever changed."""

from __future__ import annotations

import importlib
import os
from types import ModuleType
from typing import Any, Callable

from .interfaces import Card, KitError, Reading

W_PER_MW = 1e-3
J_PER_MJ = 1e-3
GB = 1e9
NVML_CLOCK_SM = 1
NVML_CLOCK_MEM = 2
NVML_TEMPERATURE_GPU = 0


def load_nvml() -> ModuleType:
    try:
        return importlib.import_module("pynvml")
    except ImportError as cause:
        raise KitError("nvidia-ml-py is not installed: pip install nvidia-ml-py") from cause


def visible_indices(environment: dict[str, str] | os._Environ[str], count: int) -> list[int]:
    """NVML indices that CUDA_VISIBLE_DEVICES leaves, where it names indices; all where it does not say."""
    named = environment.get("CUDA_VISIBLE_DEVICES", "").strip()
    words = [word.strip() for word in named.split(",") if word.strip()]
    if words and all(word.isdigit() for word in words):
        return [int(word) for word in words if int(word) < count]
    return list(range(count))


class NvmlMeter:
    """The cards of one measurement, summed."""

    def __init__(self, nvml: Any, gpus: list[int] | None = None) -> None:
        self._nvml = nvml
        try:
            nvml.nvmlInit()
            count = int(nvml.nvmlDeviceGetCount())
        except nvml.NVMLError as cause:
            raise KitError(
                f"NVML does not start: {cause}. The kit measures NVIDIA cards, with their driver."
            ) from cause
        chosen = gpus if gpus is not None else visible_indices(os.environ, count)[:1]
        if not chosen or any(index >= count for index in chosen):
            raise KitError(f"--gpus {','.join(map(str, chosen)) or '(none)'}: this machine has {count} GPUs, from 0 on")
        self._handles = [nvml.nvmlDeviceGetHandleByIndex(index) for index in chosen]
        self._refuse_mig()
        self._card = self._describe()

    def _refuse_mig(self) -> None:
        for handle in self._handles:
            mode = self._ask(lambda: self._nvml.nvmlDeviceGetMigMode(handle))
            if mode is not None and mode[0] == 1:
                raise KitError("The card is split by MIG: NVML reads the power of the whole board, not of an instance.")

    def _ask(self, question: Callable[[], Any]) -> Any:
        """None where this card does not answer, or did not this time."""
        try:
            return question()
        except self._nvml.NVMLError:
            return None

    def _describe(self) -> Card:
        nvml = self._nvml
        names = {_text(nvml.nvmlDeviceGetName(handle)) for handle in self._handles}
        if len(names) > 1:
            raise KitError(
                f"--gpus names cards of several kinds ({', '.join(sorted(names))}): measure one kind at a time"
            )
        limits = [self._ask(lambda: nvml.nvmlDeviceGetEnforcedPowerLimit(handle)) for handle in self._handles]
        known = [limit * W_PER_MW for limit in limits if limit is not None]
        processes = [self._ask(lambda: nvml.nvmlDeviceGetComputeRunningProcesses(handle)) for handle in self._handles]
        return Card(
            name=names.pop(),
            count=len(self._handles),
            driver=_text(nvml.nvmlSystemGetDriverVersion()),
            power_limit_w=known[0] if known else None,
            has_energy_counter=self.energy_j() is not None,
            other_processes=sum(len(running) for running in processes if running is not None),
        )

    def uuids(self) -> list[str]:
        """As CUDA_VISIBLE_DEVICES takes them: NVML and CUDA may count cards in another order."""
        return [_text(self._nvml.nvmlDeviceGetUUID(handle)) for handle in self._handles]

    def card(self) -> Card:
        return self._card

    def read(self, everything: bool) -> Reading:
        power = self._sum(lambda handle: self._nvml.nvmlDeviceGetPowerUsage(handle) * W_PER_MW)
        if not everything:
            return Reading(power_w=power)
        nvml = self._nvml
        return Reading(
            power_w=power,
            utilization_percent=self._mean(lambda handle: nvml.nvmlDeviceGetUtilizationRates(handle).gpu),
            sm_clock_mhz=self._mean(lambda handle: nvml.nvmlDeviceGetClockInfo(handle, NVML_CLOCK_SM)),
            memory_clock_mhz=self._mean(lambda handle: nvml.nvmlDeviceGetClockInfo(handle, NVML_CLOCK_MEM)),
            temperature_c=self._mean(lambda handle: nvml.nvmlDeviceGetTemperature(handle, NVML_TEMPERATURE_GPU)),
            memory_used_gb=self._sum(lambda handle: nvml.nvmlDeviceGetMemoryInfo(handle).used / GB),
        )

    def energy_j(self) -> float | None:
        return self._sum(lambda handle: self._nvml.nvmlDeviceGetTotalEnergyConsumption(handle) * J_PER_MJ)

    def _sum(self, of_one: Callable[[Any], Any]) -> float | None:
        """None as soon as one card does not answer: a part is not the whole."""
        answers = [self._ask(lambda: of_one(handle)) for handle in self._handles]
        return None if None in answers else float(sum(answers))

    def _mean(self, of_one: Callable[[Any], Any]) -> float | None:
        total = self._sum(of_one)
        return None if total is None else total / len(self._handles)


def _text(answer: bytes | str) -> str:
    """Older nvidia-ml-py answers in bytes."""
    return answer.decode() if isinstance(answer, bytes) else answer
