/** What the energy of every answer is of: rows are of GPU boards, so no wider scope is offered that nobody measured. */
export const BOUNDARY = {
  scope: "gpu",
  includes: "what the GPU boards draw, idle power too; per output token, with the work of its prompt",
  excludes: "CPU, memory, network, fans and cooling; what a prefix cache saves",
  facility: "`monthly` is times `configuration.pue`, `metrics` are not",
} as const;
