export const OLDER_NOTE =
  "ran vLLM 0.5 of 2024. Today's software uses less by what physics knows of both; the interval holds both generations.";
