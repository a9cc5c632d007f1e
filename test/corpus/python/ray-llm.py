from ray import serve
from ray.serve.llm import LLMConfig, build_openai_app

chat = LLMConfig(
    model_loading_config=dict(model_id="chat", model_source="meta-llama/Llama-3.1-8B-Instruct"),
    deployment_config=dict(autoscaling_config=dict(min_replicas=1, max_replicas=2)),
    accelerator_type="L4",
    engine_kwargs=dict(max_model_len=8192, max_num_seqs=1),
)
serve.run(build_openai_app({"llm_configs": [chat]}))
