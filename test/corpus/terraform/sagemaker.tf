variable "model_id" {
  type    = string
  default = "mistralai/Mistral-7B-Instruct-v0.2"
}

resource "aws_sagemaker_model" "chat" {
  name = "chat"

  primary_container {
    image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi2.0.2-gpu-py310"
    environment = {
      HF_MODEL_ID       = var.model_id
      SM_NUM_GPUS       = "1"
      MAX_TOTAL_TOKENS  = "4096"
      HF_MODEL_QUANTIZE = "bitsandbytes"
      # MAX_BATCH_SIZE  = "1"
    }
  }
}

resource "aws_sagemaker_endpoint_configuration" "chat" {
  production_variants {
    model_name             = aws_sagemaker_model.chat.name
    initial_instance_count = 2
    instance_type          = "ml.g5.2xlarge"
  }
}
