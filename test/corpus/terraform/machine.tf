resource "aws_instance" "llm" {
  ami           = data.aws_ami.gpu.id
  instance_type = "g6e.xlarge"

  user_data = <<-EOT
    #!/bin/bash
    echo "vllm serve starts"
    docker run -d --gpus all vllm/vllm-openai:v0.8.5 \
      --model Qwen/Qwen2.5-7B-Instruct \
      --max-num-seqs 1
  EOT
}
