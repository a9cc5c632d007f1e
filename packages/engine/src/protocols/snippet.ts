const COMMAND =
  /^[ \t]{0,20}(?:\$ )?(?:(?:sudo|nohup|exec|export|[A-Z_]{1,60}=\S{0,200})[ \t]{1,10}){0,8}(?:vllm[ \t]+serve|docker[ \t]+run|podman[ \t]+run|python3?(?:[ \t]+-u)?[ \t]+-m[ \t]+(?:vllm|sglang)\b|text-generation-launcher|sglang[ \t]+serve)/m;

/** How each form is told by its text, most telling first. */
const FORMS: readonly (readonly [string, (code: string) => boolean])[] = [
  ["snippet.ipynb", (code) => code.trimStart().startsWith("{") && code.includes('"nbformat"')],
  ["snippet.yaml", (code) => /^kind:/m.test(code) && /^apiVersion:/m.test(code)],
  [
    "snippet.py",
    (code) => /^[ \t]{0,20}(?:import|from)[ \t]+[A-Za-z_][\w.]*[ \t]*(?:$|import\b|as\b|[,;#])/m.test(code),
  ],
  ["docker-compose.yaml", (code) => /^services:/m.test(code) && /^[ \t]+image:/m.test(code)],
  ["Dockerfile", (code) => /^FROM[ \t]+\S/m.test(code) && /^(?:CMD|ENTRYPOINT|RUN|ENV)[ \t]/m.test(code)],
  ["snippet.tf", (code) => /^resource[ \t]+"/m.test(code)],
  ["snippet.service", (code) => /^\[Service\]/m.test(code)],
  [
    "snippet.yaml",
    (code) => /^(?:run|commands|model|model-path|resources):/m.test(code) && !COMMAND.test(code.split("\n")[0] ?? ""),
  ],
  ["snippet.sh", (code) => /^#!.{0,60}sh\b/.test(code) || COMMAND.test(code)],
];

/** A file name for a text that came without one: its form decides who reads it; what says nothing is taken for Python. */
export const snippetName = (code: string): string => FORMS.find(([, is]) => is(code))?.[0] ?? "snippet.py";
