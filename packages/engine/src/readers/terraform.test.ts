import { describe, expect, it } from "vitest";
import { fileSet } from "./file-set.ts";
import { terraformReader } from "./terraform.ts";

const read = (content: string, ...beside: readonly { path: string; content: string }[]) => {
  const file = { path: "infra/main.tf", content };
  return terraformReader.read(file, { python: null, files: fileSet([file, ...beside]) });
};
const facts = (result: ReturnType<typeof read>) =>
  result.deployments.map(({ facts }) =>
    Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, fact.value])),
  );

const MODEL = `# a comment with { a brace
resource "aws_sagemaker_model" "chat" {
  name = "chat"
  primary_container {
    image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu"
    environment = merge({
      HF_MODEL_ID = var.model # the model
      "SM_NUM_GPUS" = "4"
      HF_MODEL_QUANTIZE : "bitsandbytes-nf4",
      MAX_TOTAL_TOKENS = tostring(local.tokens)
    }, var.token != "" ? { MAX_BATCH_SIZE = "1" } : {})
  }
}
locals { tokens = 4096 }
resource "aws_sagemaker_endpoint_configuration" "other" {
  production_variants {
    model_name = aws_sagemaker_model.other.name
    instance_type = "ml.g4dn.xlarge"
  }
}
resource "aws_sagemaker_endpoint_configuration" "chat" {
  production_variants {
    model_name             = aws_sagemaker_model.chat.name
    initial_instance_count = 2
    instance_type          = "ml.\${var.family}.12xlarge"
  }
}
`;
const VARIABLES = {
  path: "infra/variables.tf",
  content: 'variable "model" {\n  type = string\n  default = "org/m"\n}\nvariable "family" { default = "g5" }\n',
};

describe("SageMaker in Terraform", () => {
  it("joins the model, its endpoint and the variables of the folder", () => {
    const result = read(MODEL, VARIABLES);
    expect(facts(result)).toEqual([
      {
        framework: "tgi",
        model_id: "org/m",
        tensor_parallel: 4,
        quantization: "nf4",
        max_model_len: 4096,
        framework_version: "1.4.0",
        hardware_platform: "ml.g5.12xlarge",
        replicas: 2,
      },
    ]);
    expect(result.deployments[0]?.facts.tensor_parallel?.at).toMatchObject({
      path: "infra/main.tf",
      line: 8,
      column: 7,
    });
  });

  it("takes values that a tfvars file gives, and tells those that nothing does", () => {
    const values = { path: "infra/prod.auto.tfvars", content: 'model = "org/prod"\n' };
    expect(facts(read(MODEL, values, VARIABLES))[0]?.model_id).toBe("org/prod");
    expect(read(MODEL).deployments[0]?.unresolved.map(({ fact }) => fact)).toEqual(["model_id", "hardware_platform"]);
  });

  it("leaves models of other kinds alone", () => {
    const environment = 'environment = { HF_MODEL_ID = "x/ner", HF_TASK_X = "token-classification" }';
    expect(read(`resource "aws_sagemaker_model" "a" {\n  primary_container {\n    ${environment}\n  }\n}\n`)).toEqual({
      deployments: [],
      unresolved: [],
    });
  });
});

describe("a machine in Terraform", () => {
  it("whose start script starts a server", () => {
    const content = `variable "model" { default = "org/m" }
resource "aws_instance" "gpu" {
  instance_type = "g6e.xlarge"
  user_data = <<-EOT
    #!/bin/bash
    docker run -d --gpus all vllm/vllm-openai:v0.8.5 \\
      --model \${var.model} --max-num-seqs 1
  EOT
}
`;
    const result = read(content);
    expect(facts(result)).toEqual([
      {
        framework: "vllm",
        model_id: "org/m",
        max_num_seqs: 1,
        framework_version: "0.8.5",
        hardware_platform: "g6e.xlarge",
      },
    ]);
    expect(result.deployments[0]?.facts.max_num_seqs?.at.line).toBe(7);
  });

  it("with an accelerator of its own", () => {
    const content =
      'resource "google_compute_instance" "gpu" {\n  machine_type = "n1-standard-8"\n  guest_accelerator {\n    type = "nvidia-tesla-t4"\n    count = 2\n  }\n  metadata_startup_script = <<EOT\nvllm serve org/m\nEOT\n}\n';
    expect(facts(read(content))).toEqual([
      { framework: "vllm", model_id: "org/m", hardware_platform: "nvidia-tesla-t4", gpus_per_replica: 2 },
    ]);
  });
});

it.each(["{", "a = ", "a {\n", "<<E\n", '"', `\${`, "/*", 'resource "a" "b" {\n', "a = {\n", "merge("])(
  "ends soon on 64 KiB of %j",
  (piece) => {
    read(
      `resource "aws_sagemaker_model" "a" {\n primary_container {\n environment = ${piece.repeat(65_536 / piece.length)}`,
    );
  },
);
