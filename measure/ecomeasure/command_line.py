"""The command line: what to measure, on what, into which file."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Callable, NoReturn, Sequence, TextIO

from .interfaces import KitError, Meter, Runner
from .nvml import NvmlMeter, load_nvml
from .plan import SETTING_LIMITS, SETTING_MEANINGS, Plan, Settings, load_plan, parse_plan
from .progress import Progress, minutes
from .run_file import RunFile
from .server_driver import ServerRunner
from .session import Session
from .transformers_driver import TransformersRunner

ALL_MEASURED, SOME_REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130
#: Flags of the one-line form, which a plan has in its file instead.
DIMENSION_FLAGS = ("dtype", "quantization", "batch", "input", "output", "torch_compile", "use_cache")
WORDS: dict[str, Any] = {"none": None, "on": True, "off": False, "true": True, "false": False}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise KitError(f"{message} (measure.py --help says what there is)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="measure.py", description="Energy of LLM inference on your own card. See measure/README.md.")
    parser.add_argument("--plan", type=Path, metavar="FILE", help="a file of measure/plans/, or your own")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="run.csv",
        required=True,
        help="the rows; where the file exists, what is missing in it is measured",
    )
    parser.add_argument(
        "--model", metavar="IDS", help="Hugging Face ids, comma-separated; with --plan, instead of the plan's"
    )
    parser.add_argument(
        "--dtype", metavar="TYPES", help="fp32, tf32, bf16, fp16 (usual); several with commas, as below"
    )
    parser.add_argument(
        "--quantization", metavar="NAMES", help="none, nf4, nf4_dq, int8_default, int8_pure, or what the checkpoint is"
    )
    parser.add_argument("--batch", metavar="N,N", help="sequences at once, usually 1")
    parser.add_argument("--input", metavar="N,N", help="input tokens, usually 512")
    parser.add_argument("--output", metavar="N,N", help="output tokens, usually 256")
    parser.add_argument("--torch-compile", metavar="off,on", help="usually off; off,on measures both")
    parser.add_argument("--use-cache", metavar="on,off", help="the KV cache, usually on; on,off measures both")
    parser.add_argument(
        "--server", metavar="URL", help="http://127.0.0.1:8000: a running vLLM server, instead of transformers"
    )
    parser.add_argument("--concurrency", metavar="N,N", help="requests at once; --batch of a server")
    parser.add_argument("--tensor-parallel", type=int, metavar="N", help="of a server on several GPUs")
    parser.add_argument("--gpus", metavar="N,N", help="indices as nvidia-smi has them; default: the first visible")
    parser.add_argument(
        "--random-weights", action="store_true", help="by architecture: no hub, no checkpoint; of a server: it has them"
    )
    usual = asdict(Settings())
    for name, (low, high) in SETTING_LIMITS.items():
        meaning = f"{SETTING_MEANINGS[name]}: {low:g} to {high:g}, usually {usual[name]:g}"
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, metavar="N", help=meaning)
    return parser


def _values(text: str) -> list[Any]:
    words = [word.strip() for word in text.split(",")]
    return [int(word) if word.isdigit() else WORDS.get(word, word) for word in words]


def _settings(arguments: argparse.Namespace) -> dict[str, Any]:
    given = {name: getattr(arguments, name) for name in SETTING_LIMITS}
    whole = ("warmups", "runs")
    return {
        name: int(value) if name in whole and value == int(value) else value
        for name, value in given.items()
        if value is not None
    }


def _plan(arguments: argparse.Namespace) -> Plan:
    """From a file, or from the flags alone; of a file's plan the flags may change the models and how it is measured."""
    dimensions = {name: _values(given) for name in DIMENSION_FLAGS if (given := getattr(arguments, name)) is not None}
    if arguments.concurrency is not None:
        if arguments.server is None or "batch" in dimensions:
            raise KitError("--concurrency goes with --server, instead of --batch")
        dimensions["batch"] = _values(arguments.concurrency)
    models = [word.strip() for word in arguments.model.split(",")] if arguments.model else None
    if arguments.plan is None:
        if models is None:
            raise KitError("say what to measure: --plan FILE, or --model ID with --dtype, --batch, ...")
        content = {"cases": [{"models": models, **dimensions}], "settings": _settings(arguments)}
        return replace(parse_plan(content, "command line"), random_weights=arguments.random_weights)
    if dimensions:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in dimensions)
        raise KitError(f"a plan says these itself: {flags}. Leave them out, or leave --plan out.")
    plan = load_plan(arguments.plan)
    settings = parse_plan({"cases": [{"models": "m"}], "settings": _settings(arguments)}, "command line").settings
    changed = {name: getattr(settings, name) for name in _settings(arguments)}
    cases = plan.cases
    if models is not None:
        unique = {replace(case, model=model).key: replace(case, model=model) for model in models for case in cases}
        cases = tuple(unique.values())
    return replace(
        plan,
        cases=cases,
        settings=replace(plan.settings, **changed),
        random_weights=plan.random_weights or arguments.random_weights,
    )


def _gpus(text: str | None) -> list[int] | None:
    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    if not all(word.isdigit() for word in words):
        raise KitError(f"--gpus {text}: expected indices such as 0 or 0,1")
    return [int(word) for word in words]


def _tensor_parallel(arguments: argparse.Namespace, gpus: int) -> int | None:
    """Of a server on one GPU it is 1; on several only the user knows how they share the work."""
    stated: int | None = arguments.tensor_parallel
    if stated is not None and (arguments.server is None or not 1 <= stated <= gpus):
        raise KitError(f"--tensor-parallel {stated}: expected 1 to {gpus}, the number of --gpus, with --server")
    return stated if stated is not None or arguments.server is None or gpus > 1 else 1


def nvml_meter(gpus: list[int] | None) -> Meter:
    meter = NvmlMeter(load_nvml(), gpus)
    # Before torch starts CUDA: the model must run on the card that is read.
    os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(meter.uuids())
    return meter


def make_runner(server: str | None, random_weights: bool, gpus: int) -> Runner:
    if server is None:
        return TransformersRunner(random_weights, gpus)
    return ServerRunner(server, random_weights)


def main(
    arguments: Sequence[str],
    out: TextIO = sys.stdout,
    meter_of: Callable[[list[int] | None], Meter] = nvml_meter,
    runner_of: Callable[[str | None, bool, int], Runner] = make_runner,
) -> int:
    """Returns the exit status: 0 all measured (or out of memory), 1 some refused, 2 usage, 130 interrupted."""
    try:
        return _main(arguments, out, meter_of, runner_of)
    except KitError as error:
        print(f"measure.py: {error}", file=sys.stderr)
        return USAGE


def _main(
    arguments: Sequence[str],
    out: TextIO,
    meter_of: Callable[[list[int] | None], Meter],
    runner_of: Callable[[str | None, bool, int], Runner],
) -> int:
    parsed = _parser().parse_args(arguments)
    plan = _plan(parsed)
    file = RunFile(parsed.out)
    meter = meter_of(_gpus(parsed.gpus))
    card = meter.card()
    runner = runner_of(parsed.server, plan.random_weights, card.count)
    session = Session(plan, runner, meter, file, _tensor_parallel(parsed, card.count))
    session.begin()
    left = session.cases_left()
    progress = Progress(out, left, len(plan.cases) - len(left))
    _introduce(progress, plan, session, file)
    try:
        session.run(progress)
    except KeyboardInterrupt:
        progress.say(
            f"Interrupted. {_count(len(file.rows), 'row')} in {file.path}; the same command goes on from there."
        )
        return INTERRUPTED
    return _close(progress, session, file)


def _introduce(progress: Progress, plan: Plan, session: Session, file: RunFile) -> None:
    card, left = session.card, session.cases_left()
    count = f"{card.count} x " if card.count > 1 else ""
    limit = f", limit {card.power_limit_w:.0f} W" if card.power_limit_w else ""
    meter = "energy counter and power" if card.has_energy_counter else "power only: no energy counter"
    progress.say(f"{count}{card.name}, driver {card.driver}{limit} · NVML {meter}")
    done = len(plan.cases) - len(left)
    settings = plan.settings
    at_least = settings.idle_s + settings.settle_s + len(left) * settings.runs * settings.min_run_s
    already = f", {done} done before" if done else ""
    progress.say(
        f"Plan {plan.name}: {_count(len(left), 'case')}{already}, {_count(settings.warmups, 'warm-up')} and "
        f"{_count(settings.runs, 'run')} each; "
        f"at least {minutes(at_least)}. ^C stops; the same command goes on."
    )
    if card.other_processes:
        progress.say(
            f"Other processes on this card: {card.other_processes}. Their energy is counted too, so rows are flagged."
        )


def _count(number: int, thing: str, plural: str = "s") -> str:
    return f"{number} {thing}{'' if number == 1 else plural}"


def _close(progress: Progress, session: Session, file: RunFile) -> int:
    counts = session.counts
    parts = [f"{counts.measured} measured"]
    parts += [f"{counts.flagged} of them flagged"] if counts.flagged else []
    parts += [f"{counts.out_of_memory} out of memory"] if counts.out_of_memory else []
    parts += [f"{counts.refused} not measured"] if counts.refused else []
    rows = f"{_count(len(file.rows), 'row')} in {file.path}"
    progress.say(f"{', '.join(parts)}. {rows}, how they came about in {file.provenance_path}.")
    if counts.measured:
        progress.say(f"Check them with: npm run measure:check {file.path}")
    return SOME_REFUSED if counts.refused else ALL_MEASURED
