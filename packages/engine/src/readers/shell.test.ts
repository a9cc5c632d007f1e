import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileSet } from "./file-set.ts";
import { shellReader } from "./shell.ts";

const read = (content: string, path = "serve.sh") => shellReader.read({ path, content }, { python: null });
/** Facts of each deployment as plain values, without the framework. */
const facts = (content: string) =>
  read(content).deployments.map(({ facts }) => {
    const { framework, ...rest } = Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, fact.value]));
    return { [String(framework)]: rest.model_id ?? null, ...rest, model_id: undefined };
  });
const only = (content: string) => {
  const all = facts(content);
  expect(all).toHaveLength(1);
  return all[0];
};
const told = (content: string) => read(content).unresolved.map(({ why }) => why);

describe("a shell script that serves", () => {
  it.each([
    ["continued lines", "vllm serve org/m \\\n  --max-num-seqs 1 \\\n  --dtype half\n"],
    ["a default of the environment", `M="\${MODEL:-org/m}"\nvllm serve "$M" --max-num-seqs "\${SEQS:-1}" --dtype half`],
    [`\`: \${X:=…}\``, `: "\${SEQS:=1}"\nvllm serve org/m --max-num-seqs $SEQS --dtype half`],
    ["an array", `A=(--max-num-seqs 1 # one\n  --dtype half)\nvllm serve org/m "\${A[@]}"`],
    ["an array that grows", `A=(org/m)\nA+=(--max-num-seqs 1)\nA+=(--dtype half)\nvllm serve "\${A[@]}"`],
    ["a string that grows", 'A="org/m"\nA+=" --max-num-seqs 1"\nA="$A --dtype half"\nvllm serve $A'],
    [
      "a condition that holds",
      'N=1\nif [[ "$N" == 1 ]]; then D=half; else D=float; fi\nvllm serve org/m --max-num-seqs $N --dtype $D',
    ],
    ["`&&` behind a test", "TP=1\n[ $TP -gt 1 ] && D=float || D=half\nvllm serve org/m --max-num-seqs 1 --dtype $D"],
    ["a function", `go() {\n  vllm serve $1 --max-num-seqs \${2:-1} --dtype half\n}\ngo org/m`],
    ["a function that nothing calls", "function go {\n  vllm serve org/m --max-num-seqs 1 --dtype half\n}"],
    ["`bash -c`", "bash -lc \"cd /x && vllm serve org/m --max-num-seqs 1 --dtype 'half'\""],
    ["eval of a variable", 'C="vllm serve org/m --max-num-seqs 1 --dtype half"\neval "$C"'],
    [
      "options of the script",
      'N=1\nwhile [[ $# -gt 0 ]]; do\n  case "$1" in\n    -n) N="$2"; shift 2 ;;\n  esac\ndone\nvllm serve org/m --max-num-seqs $N --dtype half',
    ],
    [
      "a case on a default",
      `case "\${1:-up}" in\n  down) pkill vllm ;;\n  up) vllm serve org/m --max-num-seqs 1 --dtype half ;;\nesac`,
    ],
    ["redirections", 'nohup vllm serve org/m --max-num-seqs 1 --dtype half > "$LOG" 2>&1 &'],
    ["a loop of one", "for m in org/m; do vllm serve $m --max-num-seqs 1 --dtype half; done"],
    ["arithmetic", "N=2\nvllm serve org/m --max-num-seqs $((N / 2)) --dtype half"],
    ["a heredoc that is run", "ssh host bash -s <<EOF\nvllm serve org/m --max-num-seqs 1 --dtype half\nEOF\n"],
    [
      "a unit in a heredoc",
      "cat > /etc/systemd/system/v.service <<'EOF'\n[Service]\nExecStart=/opt/bin/vllm serve org/m \\\n  --max-num-seqs 1 --dtype half\nEOF\n",
    ],
  ])("%s", (_name, script) => {
    expect(only(script)).toEqual({ vllm: "org/m", max_num_seqs: 1, dtype: "fp16" });
  });

  it("puts a fact where its flag is written", () => {
    const { facts } = read(`A=(\n  --max-num-seqs 1\n)\nvllm serve org/m "\${A[@]}"`).deployments[0] ?? {};
    expect(facts?.max_num_seqs?.at).toMatchObject({ line: 2, column: 3 });
    expect(facts?.model_id?.at.line).toBe(4);
  });
});

describe("containers", () => {
  it.each([
    [
      "docker run -d --rm --gpus all -v a:b vllm/vllm-openai:v0.6.3 --model org/m",
      { vllm: "org/m", framework_version: "0.6.3" },
    ],
    [
      "sudo docker run --gpus '\"device=0,1\"' -it -p 80:80 ghcr.io/huggingface/text-generation-inference:2.4 --model-id org/m --quantize bitsandbytes",
      { tgi: "org/m", framework_version: "2.4", gpus_per_replica: 2, quantization: "int8_default" },
    ],
    [
      "docker run -e MODEL_ID=org/m -e NUM_SHARD=2 -eMAX_CONCURRENT_REQUESTS=8 --gpus=2 text-generation-inference",
      { tgi: "org/m", tensor_parallel: 2, max_num_seqs: 8, gpus_per_replica: 2 },
    ],
    [
      "docker run --gpus 1 lmsysorg/sglang python3 -m sglang.launch_server --model-path org/m",
      { sglang: "org/m", gpus_per_replica: 1 },
    ],
    [
      'docker run lmsysorg/sglang bash -c "sglang serve --model-path org/m --disable-radix-cache"',
      { sglang: "org/m", prefix_caching: false },
    ],
    ["podman run --entrypoint vllm vllm/vllm-openai serve org/m", { vllm: "org/m" }],
  ])("%s", (script, expected) => {
    expect(only(script)).toEqual(expected);
  });

  it("counts the devices that are visible, and tells a server on none", () => {
    expect(only("CUDA_VISIBLE_DEVICES=0,1 vllm serve org/m")).toEqual({ vllm: "org/m", gpus_per_replica: 2 });
    expect(only("export CUDA_VISIBLE_DEVICES=3\nvllm serve org/m")).toEqual({ vllm: "org/m", gpus_per_replica: 1 });
    expect(told('CUDA_VISIBLE_DEVICES="" vllm serve org/m')).toEqual(["runs on the CPU: no GPU deployment"]);
  });

  it("reads what a Slurm job asks for", () => {
    const job = "#!/bin/bash\n#SBATCH --gres=gpu:a100:4\nsrun vllm serve org/m";
    expect(only(job)).toEqual({ vllm: "org/m", hardware_platform: "a100", gpus_per_replica: 4 });
    expect(read(job).deployments[0]).toMatchObject({ format: "slurm", short_lived: true });
  });
});

describe("variables of a file that is sourced", () => {
  const script = {
    path: "deploy/run.sh",
    content: "set -a\nsource .env\nset +a\nvllm serve $MODEL --max-num-seqs $SEQS\n",
  };
  it("are those of the file beside it", () => {
    const files = fileSet([script, { path: "deploy/.env", content: "MODEL = org/m\nSEQS=4 # few\n" }]);
    const [deployment] = shellReader.read(script, { python: null, files }).deployments;
    expect(deployment?.facts.model_id?.value).toBe("org/m");
    expect(deployment?.facts.max_num_seqs?.value).toBe(4);
  });

  it("are not known where the repository does not hold it", () => {
    const [deployment] = read(script.content).deployments;
    expect(deployment?.unresolved.map(({ fact }) => fact)).toEqual(["model_id", "max_num_seqs"]);
  });
});

describe("what starts no server", () => {
  it.each([
    ["a comment", "# vllm serve org/m\ntrue"],
    ["a message", 'echo "vllm serve org/m"; log "now: vllm serve org/m"; printf "%s" vllm serve org/m'],
    ["an installation", "pip install vllm sglang"],
    ["a search", "pgrep -f 'vllm serve'; pkill -f vllm.entrypoints"],
    ["a heredoc that is only written", "cat > README.md <<EOF\nvllm serve org/m\nEOF\n"],
    ["a client", "vllm bench serve --model org/m"],
  ])("%s", (_name, script) => {
    expect(read(script)).toEqual({ deployments: [], unresolved: [] });
  });

  it.each([
    ["a branch that is off by default", "EAGER=0\nif [ $EAGER = 1 ]; then vllm serve org/m; fi", /off by default/],
    ["an entry point", 'exec text-generation-launcher "$@"', /given from outside/],
    ["settings of another file", "vllm serve --config serve.yaml", /read on its own/],
    ["an image for AMD", "docker run rocm/vllm vllm serve org/m --device cpu", /CPU/],
  ])("%s is told", (_name, script, why) => {
    const result = read(script);
    expect(result.deployments).toEqual([]);
    expect(result.unresolved).toEqual([expect.objectContaining({ why: expect.stringMatching(why) })]);
  });
});

describe("what is not known is told", () => {
  it.each([
    ["vllm serve $MODEL --dtype half", "model_id"],
    ["vllm serve org/m --max-num-seqs $(nproc)", "max_num_seqs"],
    ['vllm serve org/m "$@"', "document"],
    ["if grep -q x y; then N=1; fi\nvllm serve org/m --max-num-seqs $N", "max_num_seqs"],
    [`A=()\nif nvidia-smi; then A+=(--enforce-eager); fi\nvllm serve org/m "\${A[@]}"`, "enforce_eager"],
    ["for m in a b; do vllm serve $m --dtype half; done", "model_id"],
  ])("%s", (script, fact) => {
    const [deployment] = read(script).deployments;
    expect(deployment?.unresolved.map((entry) => entry.fact)).toEqual([fact]);
    expect(deployment?.facts).not.toHaveProperty(fact);
  });
});

describe("bad input", () => {
  it.each([
    "(",
    "((",
    "$(",
    `\${`,
    `\${a:-`,
    "`",
    '"',
    "'",
    "<<E\n",
    "<<",
    "{ ",
    "if ",
    "case x in ",
    "for a in b; do ",
    "f() { ",
    "a=(",
    "a+=$a$a; ",
    "[[ ",
    "function f { f; f; ",
    "|",
    "&&",
    ">",
    "\\\n",
    "x",
    "esac ",
    "vllm serve $a ",
    'bash -c "vllm serve ',
    "docker run -e ",
    "done;fi;",
    "a=1 ",
  ])("ends soon on 64 KiB of %j", (piece) => {
    const length = 65_536;
    read(`vllm serve org/m\n${piece.repeat(length / piece.length)}`);
  });

  it("never throws", () => {
    const unit = fc.constantFrom(
      ..."vllm serve m;|&(){}$\"'`\\\n<>=[]#",
      "if ",
      "then ",
      "fi;",
      "do ",
      "case a in ",
      "esac",
      `\${a[@]}`,
      "<<E\n",
      "docker run ",
      "bash -c ",
    );
    fc.assert(fc.property(fc.string({ unit, maxLength: 200 }), (content) => void read(`vllm serve a\n${content}`)));
  });
});
