"""A card and a model that are not there: the whole kit runs without a GPU, and every fault can be asked for.

python3 measure/tests/stand_in.py '{"out_of_memory_above": 4}' --model ... --out run.csv
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from ecomeasure.case import Case  # noqa: E402
from ecomeasure.command_line import main  # noqa: E402
from ecomeasure.interfaces import CannotLoad, Generated, NotInstalled, OutOfMemory  # noqa: E402
from ecomeasure.nvml import NvmlMeter  # noqa: E402

IDLE_W, LOADED_W, BUSY_W = 20.0, 35.0, 120.0


class NVMLError(Exception):
    pass


class StandInNvml:
    """Answers as the pynvml module does, for one card whose power depends on what the tiny decoder does."""

    NVMLError = NVMLError

    def __init__(self, faults: dict[str, Any] | None = None) -> None:
        self.faults = faults or {}
        self.power_w = IDLE_W
        self.reads = 0
        self._energy_j = 0.0
        self._since = time.perf_counter()
        self._lock = threading.Lock()

    def draw(self, watts: float) -> None:
        with self._lock:
            now = time.perf_counter()
            self._energy_j += self.power_w * (now - self._since)
            self._since, self.power_w = now, watts

    def nvmlInit(self) -> None:
        if self.faults.get("no_driver"):
            raise NVMLError("Driver Not Loaded")

    def nvmlDeviceGetCount(self) -> int:
        return int(self.faults.get("gpus", 1))

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        return index

    def nvmlDeviceGetName(self, handle: int) -> str:
        names = self.faults.get("names", ["NVIDIA A800-SXM4-80GB"])
        return str(names[handle % len(names)])

    def nvmlDeviceGetUUID(self, handle: int) -> bytes:
        return f"GPU-{handle}".encode()

    def nvmlSystemGetDriverVersion(self) -> bytes:
        return b"550.54.14"

    def nvmlDeviceGetEnforcedPowerLimit(self, handle: int) -> int:
        return 400_000

    def nvmlDeviceGetMigMode(self, handle: int) -> list[int]:
        if "mig" not in self.faults:
            raise NVMLError("Not Supported")
        return [1, 1]

    def nvmlDeviceGetComputeRunningProcesses(self, handle: int) -> list[int]:
        return list(range(int(self.faults.get("other_processes", 0))))

    def nvmlDeviceGetPowerUsage(self, handle: int) -> int:
        self.reads += 1
        every = self.faults.get("lose_power_every")
        if every is not None and self.reads % int(every) == 0:
            raise NVMLError("GPU is lost")
        return round(1000 * self.power_w)

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: int) -> int:
        if self.faults.get("no_counter"):
            raise NVMLError("Not Supported")
        self.draw(self.power_w)
        return round(1000 * self._energy_j)

    def nvmlDeviceGetUtilizationRates(self, handle: int) -> SimpleNamespace:
        return SimpleNamespace(gpu=97 if self.power_w == BUSY_W else 0)

    def nvmlDeviceGetClockInfo(self, handle: int, kind: int) -> int:
        return 1410 if kind == 1 else 1593

    def nvmlDeviceGetTemperature(self, handle: int, sensor: int) -> int:
        return 51

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> SimpleNamespace:
        return SimpleNamespace(used=15_000_000_000)


class TinyDecoder:
    """A decoder of 16 x 16 weights in plain Python: it makes tokens one after the other, and knows no transformers."""

    framework = "transformers"
    loaded_before = False

    def __init__(self, nvml: StandInNvml, random_weights: bool = False) -> None:
        self._nvml = nvml
        self._faults = nvml.faults
        self._runs = 0
        self.random_weights = random_weights
        self.loads: list[tuple[str, str, str | None]] = []
        self.weights: list[list[float]] = []

    def versions(self) -> dict[str, str]:
        return {"torch": "2.9.0", "transformers": "4.57.1", "cuda": str(self._faults.get("cuda", "12.8"))}

    def load(self, case: Case) -> None:
        if case.quantization == "nf4" and self._faults.get("no_bitsandbytes"):
            raise NotInstalled("bitsandbytes is not installed")
        if case.model == self._faults.get("unknown_model"):
            raise CannotLoad("no such model on this hub")
        self.weights = [[((row * 7 + column) % 5 - 2) / 10 for column in range(16)] for row in range(16)]
        self.loads.append(case.load_key)
        self._nvml.draw(LOADED_W)

    def generate(self, case: Case, run: int) -> Generated:
        if case.batch > self._faults.get("out_of_memory_above", 4096):
            raise OutOfMemory("CUDA out of memory. Tried to allocate 2.00 GiB")
        if case.batch == self._faults.get("bug_at_batch"):
            raise ValueError("a kernel went wrong\nand said so at length")
        self._runs += 1
        self._nvml.draw(BUSY_W)
        state = [1.0] * 16
        for _ in range(case.output_tokens):
            state = [max(0.0, sum(w * x for w, x in zip(row, state))) + 0.1 for row in self.weights]
        slow = self._faults.get("unstable") and self._runs % 2 == 0
        time.sleep(self._faults.get("run_s", 0.02) * (5 if slow else 1))
        self._nvml.draw(LOADED_W)
        return Generated(case.generated_tokens)

    def unload(self) -> None:
        self.weights = []
        self._nvml.draw(IDLE_W)


def run(faults: dict[str, Any], arguments: list[str], **more: Any) -> int:
    nvml = StandInNvml(faults)
    return main(
        arguments,
        meter_of=lambda gpus: NvmlMeter(nvml, gpus),
        runner_of=lambda server, random_weights, gpus: TinyDecoder(nvml, random_weights),
        **more,
    )


if __name__ == "__main__":
    sys.exit(run(json.loads(sys.argv[1]), sys.argv[2:]))
