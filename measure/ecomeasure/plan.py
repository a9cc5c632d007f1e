"""A plan: the cases to measure and how, from a YAML file or from the command line. Every mistake is told at once."""

from __future__ import annotations

import difflib
import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .case import DTYPES, QUANTIZATIONS, Case, measuring_order
from .interfaces import KitError

#: Of the published protocol: 3 warm-ups, 10 measured runs, power at 10 Hz or faster.
MIN_SAMPLE_HZ = 10.0
MAX_SAMPLE_HZ = 100.0
MAX_CASES = 2000


@dataclass(frozen=True)
class Settings:
    """How each case is measured."""

    warmups: int = 3
    runs: int = 10
    #: The card is left alone so long before idle power is read, and read for so long.
    settle_s: float = 5.0
    idle_s: float = 10.0
    #: A run shorter than this is repeated until it is not: energy counters move in steps of up to 0.1 s.
    min_run_s: float = 2.0
    sample_hz: float = 20.0


@dataclass(frozen=True)
class Plan:
    name: str
    cases: tuple[Case, ...]
    settings: Settings = field(default_factory=Settings)
    random_weights: bool = False


#: Dimension of a block in a plan → what it is where the block does not say. Each takes one value or a list.
DIMENSIONS: dict[str, list[Any]] = {
    "dtype": ["fp16"],
    "quantization": [None],
    "batch": [1],
    "input": [512],
    "output": [256],
    "torch_compile": [False],
    "use_cache": [True],
}
PLAN_KEYS = ("name", "about", "random_weights", "settings", "cases")
LIMITS = {"batch": 4096, "input": 131072, "output": 131072}
SETTING_LIMITS: dict[str, tuple[float, float]] = {
    "warmups": (0, 100),
    "runs": (1, 1000),
    "settle_s": (0, 600),
    "idle_s": (0, 600),
    "min_run_s": (0, 600),
    "sample_hz": (MIN_SAMPLE_HZ, MAX_SAMPLE_HZ),
}

SETTING_MEANINGS = {
    "warmups": "runs before the measured ones",
    "runs": "measured runs",
    "settle_s": "seconds before idle power is read",
    "idle_s": "seconds for which idle power is read; 0 leaves it out",
    "min_run_s": "least seconds of a run",
    "sample_hz": "power readings a second",
}


def _did_you_mean(word: str, known: tuple[str, ...] | list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f'; did you mean "{near[0]}"?' if near else f"; expected one of {', '.join(known)}"


def _unknown_keys(mapping: dict[Any, Any], known: list[str], where: str) -> list[str]:
    return [f'{where}: unknown key "{key}"{_did_you_mean(str(key), known)}' for key in mapping if str(key) not in known]


def _wrong_value(dimension: str, value: Any) -> str | None:
    """What is wrong with one value of a dimension; None where nothing is."""
    if dimension in LIMITS:
        fits = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LIMITS[dimension]
        return None if fits else f"expected a whole number from 1 to {LIMITS[dimension]}, received {value!r}"
    if dimension == "dtype":
        return None if value in DTYPES else f"received {value!r}{_did_you_mean(str(value), DTYPES)}"
    if dimension == "quantization":
        fits = value is None or value in QUANTIZATIONS
        return None if fits else f"received {value!r}{_did_you_mean(str(value), ('none', *QUANTIZATIONS))}"
    return None if isinstance(value, bool) else f"expected on or off, received {value!r}"


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _block_values(block: dict[str, Any], where: str, errors: list[str]) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for dimension, default in DIMENSIONS.items():
        given = _as_list(block[dimension]) if dimension in block else default
        if dimension == "quantization":
            given = [None if value in ("none", None) else value for value in given]
        if not given:
            errors.append(f"{where}.{dimension}: expected at least one value")
        for value in given:
            wrong = _wrong_value(dimension, value)
            if wrong is not None:
                errors.append(f"{where}.{dimension}: {wrong}")
        values[dimension] = given
    return values


def _models(block: dict[str, Any], where: str, errors: list[str]) -> list[str]:
    models = _as_list(block.get("models", []))
    wrong = [model for model in models if not isinstance(model, str) or not model.strip()]
    if not models or wrong:
        errors.append(f"{where}.models: expected Hugging Face ids, received {wrong or 'nothing'}")
    return models


def expand(blocks: list[dict[str, Any]], errors: list[str]) -> list[Case]:
    """The product of every block's dimensions, each case once, in the order in which to measure them."""
    cases: dict[str, Case] = {}
    order: dict[str, int] = {}
    for number, block in enumerate(blocks):
        where = f"cases[{number}]"
        if not isinstance(block, dict):
            errors.append(f"{where}: expected models, dtype, batch, ..., received {block!r}")
            continue
        errors += _unknown_keys(block, ["models", *DIMENSIONS], where)
        before = len(errors)
        models, values = _models(block, where, errors), _block_values(block, where, errors)
        if len(errors) > before:
            continue
        for model, dtype, quantization, batch, given, made, compiled, cached in itertools.product(
            models, *values.values()
        ):
            case = Case(model, dtype, quantization, batch, given, made, compiled, cached)
            cases.setdefault(case.key, case)
            order.setdefault(model, len(order))
    if len(cases) > MAX_CASES:
        errors.append(f"the plan has {len(cases)} cases; at most {MAX_CASES}")
    loads: dict[tuple[str, str, str | None], int] = {}
    ordered = sorted(cases.values(), key=lambda case: (order[case.model], *measuring_order(case)))
    for case in ordered:
        loads.setdefault(case.load_key, len(loads))
    # Each weights are loaded once: cases that share them stand together.
    return sorted(ordered, key=lambda case: loads[case.load_key])


def _settings(given: Any, errors: list[str]) -> Settings:
    if not isinstance(given, dict):
        errors.append(f"settings: expected warmups, runs, ..., received {given!r}")
        return Settings()
    errors += _unknown_keys(given, list(SETTING_LIMITS), "settings")
    values: dict[str, Any] = {}
    for name, (low, high) in SETTING_LIMITS.items():
        if name not in given:
            continue
        value, whole = given[name], name in ("warmups", "runs")
        is_number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            errors.append(
                f"settings.{name}: expected {'a whole number ' if whole else ''}{low:g} to {high:g}, received {value!r}"
            )
            continue
        values[name] = value
    return Settings(**values)


def parse_plan(content: Any, name: str) -> Plan:
    """A plan from what a YAML file holds. Raises one KitError that lists every mistake."""
    errors: list[str] = []
    if not isinstance(content, dict):
        raise KitError(f"{name}: expected a plan with cases, received {type(content).__name__}")
    errors += _unknown_keys(content, list(PLAN_KEYS), "plan")
    blocks = content.get("cases")
    if not isinstance(blocks, list) or not blocks:
        errors.append("cases: expected a list of blocks, each with models, dtype, batch, ...")
        blocks = []
    random_weights = content.get("random_weights", False)
    if not isinstance(random_weights, bool):
        errors.append(f"random_weights: expected true or false, received {random_weights!r}")
    settings = _settings(content.get("settings", {}), errors)
    cases = expand(blocks, errors)
    if errors:
        raise KitError(f"{name} is no plan:\n" + "\n".join(f"  {error}" for error in errors))
    return Plan(str(content.get("name", name)), tuple(cases), settings, random_weights is True)


def read_yaml(path: Path) -> Any:
    try:
        import yaml
    except ImportError as cause:
        raise KitError(
            "PyYAML is not installed (transformers brings it): pip install pyyaml. "
            "Without it, say what to measure by --model, --dtype, --batch, ... instead of --plan."
        ) from cause
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as cause:
        raise KitError(f"{path} cannot be read: {cause.strerror}") from cause
    except (yaml.YAMLError, UnicodeDecodeError) as cause:
        raise KitError(f"{path} is not valid YAML: {cause}") from cause


def load_plan(path: Path) -> Plan:
    return parse_plan(read_yaml(path), path.name)
