import json

from sagemaker.huggingface import HuggingFaceModel, get_huggingface_llm_image_uri

gpus = 4
settings = {
    "HF_MODEL_ID": "tiiuae/falcon-40b-instruct",
    "SM_NUM_GPUS": json.dumps(gpus),
    "MAX_TOTAL_TOKENS": json.dumps(4096),
    "HF_MODEL_QUANTIZE": "bitsandbytes",
    # "MAX_CONCURRENT_REQUESTS": "1",
}
image = get_huggingface_llm_image_uri("huggingface", version="2.0.2")
model = HuggingFaceModel(env=settings, image_uri=image, role=role)
endpoint = model.deploy(initial_instance_count=1, instance_type="ml.g5.12xlarge")
