from ray import serve
from vllm import AsyncEngineArgs, AsyncLLMEngine


@serve.deployment(
    ray_actor_options={"num_gpus": 1, "accelerator_type": "A10G"},
    autoscaling_config={"min_replicas": 1, "max_replicas": 3},
    max_ongoing_requests=32,
)
class Chat:
    def __init__(self, **kwargs):
        self.engine = AsyncLLMEngine.from_engine_args(AsyncEngineArgs(**kwargs))

    async def __call__(self, request):
        return self.engine.generate(await request.json(), None, "1")


app = Chat.bind(model="Qwen/Qwen2.5-7B-Instruct", max_num_seqs=32, max_model_len=8192)
