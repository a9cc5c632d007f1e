/** 1-based line and column. */
export interface Position {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
}

/** A value that a file states, with the place that states it. */
export interface Fact<T> {
  readonly value: T;
  readonly at: Position;
  /** The text as written, where the value was translated (an alias, a label, "half"). */
  readonly text?: string;
  /** The switch that turns it on, where it is off by default (`--load-8bit`, `autoscaling.enabled`): it may run so, but does not today. */
  readonly when_enabled?: string;
}

/** Everything a reader may find about one deployment. Absent = the file does not say. */
export interface Facts {
  readonly model_id?: Fact<string>;
  /** As written: a product label, an instance type, an everyday name. Resolved by the audit. */
  readonly hardware_platform?: Fact<string>;
  readonly gpus_per_replica?: Fact<number>;
  readonly replicas?: Fact<number>;
  /** Bounds of what scales it: HPA, KEDA, Knative, Ray. A bound may be 0. */
  readonly replicas_min?: Fact<number>;
  readonly replicas_max?: Fact<number>;
  /** Something scales it with its load; its bounds may be unknown. The text names what. */
  readonly autoscaled?: Fact<boolean>;
  /** Kubernetes namespace, where the files state one. */
  readonly namespace?: Fact<string>;
  readonly framework?: Fact<"transformers" | "vllm" | "tgi" | "sglang" | "nim" | "tensorrt-llm">;
  readonly framework_version?: Fact<string>;
  /** A PrecisionId, as far as the file says one. */
  readonly quantization?: Fact<string>;
  /** Compute dtype as written, translated to fp32 | bf16 | fp16 | auto. */
  readonly dtype?: Fact<string>;
  /** Static batch of one generate call. */
  readonly batch_size?: Fact<number>;
  /** Upper bound of concurrent sequences in a serving engine. */
  readonly max_num_seqs?: Fact<number>;
  readonly max_model_len?: Fact<number>;
  readonly max_new_tokens?: Fact<number>;
  readonly tensor_parallel?: Fact<number>;
  readonly pipeline_parallel?: Fact<number>;
  readonly use_cache?: Fact<boolean>;
  readonly prefix_caching?: Fact<boolean>;
  readonly torch_compile?: Fact<boolean>;
  readonly enforce_eager?: Fact<boolean>;
  readonly llm_int8_threshold?: Fact<number>;
  readonly load_in_8bit?: Fact<boolean>;
  readonly load_in_4bit?: Fact<boolean>;
  readonly bnb_4bit_quant_type?: Fact<string>;
  readonly bnb_4bit_use_double_quant?: Fact<boolean>;
  readonly region?: Fact<string>;
  /** A place that calls generate for one prompt at a time inside a loop over prompts. */
  readonly generates_one_by_one?: Fact<boolean>;
  /** A web handler serves this model. */
  readonly serves_requests?: Fact<boolean>;
  /** GPUs that the namespace's ResourceQuota allows. */
  readonly gpu_quota?: Fact<number>;
  /** Pods or nodes that one replica spans (LeaderWorkerSet size, Ray workers + head): `gpus_per_replica` is of all of them together. */
  readonly nodes_per_replica?: Fact<number>;
  /** Copies of the model within one replica (`--data-parallel-size`). */
  readonly data_parallel?: Fact<number>;
  /** As written: fp8, fp8_e5m2, auto. */
  readonly kv_cache_dtype?: Fact<string>;
  /** Share of the GPU's memory that the engine may take, 0-1. */
  readonly gpu_memory_utilization?: Fact<number>;
  /** What the model runs on where a file says so: `cpu` means that no GPU rule applies. */
  readonly device?: Fact<"gpu" | "cpu" | "tpu" | "neuron" | "hpu" | "xpu">;
  /** A slice of a GPU, as its resource name says: 1g.10gb. */
  readonly mig_profile?: Fact<string>;
  /** Requests that the host lets in at once (containerConcurrency, max_ongoing_requests): bounds the batch from above. */
  readonly max_concurrency?: Fact<number>;
  /** The library that quantizes at load, where it matters: torchao's fp8 needs torch.compile. */
  readonly quantization_library?: Fact<"bitsandbytes" | "torchao" | "quanto" | "hqq" | "other">;
  /** Stage as a label, a stack or a variable says it: dev, staging, production. The namespace is a fact of its own. */
  readonly environment?: Fact<string>;
}
export type FactName = keyof Facts;

/** Something that a reader saw and could not resolve: told, never guessed. */
export interface Unresolved {
  readonly fact: FactName | "document";
  readonly text: string;
  readonly why: string;
  readonly at: Position;
}

/** A workload found in a file. */
export interface Deployment {
  /** Stable over line moves: `<path>#<kind>/<namespace>/<name>/<container>` or `<path>#<function or module>/<n>`. */
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly path: string;
  /** Where it starts. */
  readonly at: Position;
  readonly facts: Facts;
  readonly unresolved: readonly Unresolved[];
  /** Training is told from inference and not judged as a deployment. */
  readonly purpose: "inference" | "training";
  /** A job: it runs for a while, not all month. */
  readonly short_lived?: true;
  /** The file runs the model forward and never generates with it: nothing is decoded token by token. */
  readonly scores_only?: true;
  /** Its web handler takes several prompts in one request, and hands them on together. */
  readonly takes_lists?: true;
  /** The switch that turns the whole deployment on, where it is off by default (a chart's `enabled: false`, a Compose profile). */
  readonly when_enabled?: string;
}

/** What reading one file gave. */
export interface ReadResult {
  readonly deployments: readonly Deployment[];
  readonly unresolved: readonly Unresolved[];
}

export interface FileText {
  readonly path: string;
  readonly content: string;
}
