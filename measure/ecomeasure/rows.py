"""A measured case as a row of data/measurements/: the same columns, in the same order."""

from __future__ import annotations

from typing import Mapping, Union

from .protocol import COUNTER, Measured

Cell = Union[str, int, float, bool, None]

#: Columns of every published row.
PUBLISHED = (
    "id,source,gpu,num_gpus,model_id,framework,framework_version,precision,batch_size,max_num_seqs,tensor_parallel,"
    "pipeline_parallel,expert_parallel,data_parallel,workload,input_tokens,output_tokens,throughput_tok_s,power_w,"
    "power_basis,energy_j_per_token,energy_j_per_token_published,published_convention,idle_added_w,"
    "energy_j_per_request,n_runs,throughput_std,power_std,energy_j_per_token_std,median_itl_ms,torch_version,"
    "cuda_version,bitsandbytes_version,transformers_version,driver_version,perplexity,delta_perplexity_percent,date,"
    "tier,energy_scope,flag,fp16_partner,supersedes,origin,notes"
).split(",")
#: Columns that only the kit fills.
OF_THE_KIT = (
    "torch_compile,use_cache,random_weights,idle_w,idle_loaded_w,energy_meter,energy_j_per_token_counter,"
    "energy_j_per_token_sampled,power_sample_hz,throughput_cv_percent,power_cv_percent,peak_memory_gb,"
    "gpu_utilization_percent,sm_clock_mhz,memory_clock_mhz,temperature_c,power_limit_w"
).split(",")
COLUMNS = (*PUBLISHED, *OF_THE_KIT)

#: Same text in every row of a kind: rows of one session are pairs only where it is the same.
WORKLOADS = {"transformers": "fixed-length greedy decode", "vllm": "fixed-length requests, all at once"}

#: The two readings of energy differ by less than this share, or the notes say by how much.
METERS_AGREE = 0.1

#: Most serious first: a row has one flag, its notes have all reasons.
FLAG_ORDER = ("power_readings_lost", "shared_gpu", "unstable_runs")


def row_of(
    result: Measured,
    *,
    identity: str,
    source: str,
    date: str,
    framework: str,
    card: Mapping[str, Cell],
    versions: Mapping[str, str],
    idle: Mapping[str, float | None],
    flags: Mapping[str, list[str]],
    partner: str | None,
    tensor_parallel: int | None,
    random_weights: bool,
) -> dict[str, Cell]:
    """Every column has a value; None is an empty cell. `partner` is the id of the 16-bit row, or None."""
    case = result.case
    flag = next((name for name in FLAG_ORDER if name in flags), None)
    filled: dict[str, Cell] = {
        "id": identity,
        "source": source,
        "gpu": card["name"],
        "num_gpus": card["count"],
        "model_id": case.model,
        "framework": framework,
        "framework_version": versions.get(framework),
        "precision": case.precision,
        "batch_size": case.batch,
        "tensor_parallel": tensor_parallel,
        "workload": WORKLOADS.get(framework),
        "input_tokens": case.input_tokens,
        "output_tokens": case.output_tokens,
        "throughput_tok_s": result.throughput_tok_s,
        "power_w": result.power_w,
        "power_basis": "derived",
        "energy_j_per_token": result.energy_j_per_token,
        "energy_j_per_token_published": result.energy_j_per_token,
        "published_convention": "gross",
        "energy_j_per_request": result.energy_j_per_request,
        "n_runs": str(result.n_runs),
        "throughput_std": result.throughput_std,
        "power_std": result.power_std,
        "energy_j_per_token_std": result.energy_j_per_token_std,
        "median_itl_ms": result.median_itl_ms,
        "torch_version": versions.get("torch"),
        "cuda_version": versions.get("cuda"),
        "bitsandbytes_version": versions.get("bitsandbytes"),
        "transformers_version": versions.get("transformers"),
        "driver_version": card["driver"],
        "date": date,
        # A flagged row is good for ratios within its session and, with care, as an absolute.
        "tier": 2 if flags else 1,
        "energy_scope": "gpu_board",
        "flag": flag,
        "fp16_partner": None if case.quantization is None else (partner or "none"),
        "origin": case.key,
        "notes": _notes(result, flags, random_weights),
        "torch_compile": case.torch_compile,
        "use_cache": case.use_cache,
        "random_weights": random_weights,
        "idle_w": idle.get("idle_w"),
        "idle_loaded_w": idle.get("idle_loaded_w"),
        "energy_meter": result.meter,
        "energy_j_per_token_counter": result.energy_j_per_token_counter,
        "energy_j_per_token_sampled": result.energy_j_per_token_sampled,
        "power_sample_hz": result.power_sample_hz,
        "throughput_cv_percent": result.throughput_cv_percent,
        "power_cv_percent": result.power_cv_percent,
        "peak_memory_gb": result.peak_memory_gb,
        "gpu_utilization_percent": result.gpu_utilization_percent,
        "sm_clock_mhz": result.sm_clock_mhz,
        "memory_clock_mhz": result.memory_clock_mhz,
        "temperature_c": result.temperature_c,
        "power_limit_w": card["power_limit_w"],
    }
    return {column: filled.get(column) for column in COLUMNS}


def _notes(result: Measured, flags: Mapping[str, list[str]], random_weights: bool) -> str:
    meter = "NVML energy counter" if result.meter == COUNTER else "NVML power samples"
    said = [f"measured by measure/ of this project, energy from the {meter}"]
    counter, sampled = result.energy_j_per_token_counter, result.energy_j_per_token_sampled
    if counter and sampled and abs(sampled / counter - 1) > METERS_AGREE:
        said.append(f"power samples say {100 * (sampled / counter - 1):+.0f} % against the counter")
    if random_weights:
        said.append("random weights of this architecture")
    said += [f"{flag}: {', '.join(reasons)}" for flag, reasons in flags.items()]
    return "; ".join(said)


def cell_text(value: Cell) -> str:
    """As data/ reads it: true and false in small letters, six figures, nothing for what is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
    return str(value)
