import subprocess

import modal

MODEL = "Qwen/Qwen2.5-14B-Instruct"
GPUS = 2
EAGER = False

app = modal.App("chat")


@app.function(gpu=f"H100:{GPUS}", min_containers=1, max_containers=4)
@modal.concurrent(max_inputs=64)
@modal.web_server(port=8000)
def serve():
    command = ["vllm", "serve", MODEL, "--tensor-parallel-size", str(GPUS)]
    command += ["--enforce-eager"] if EAGER else []
    command.extend(["--max-num-seqs", "64", "--port", "8000"])
    subprocess.Popen(" ".join(command), shell=True)
