import { PROBLEM_MEDIA_TYPE, PROBLEM_PAGES, type ProblemType, problemBody } from "../problem.ts";
import { reference } from "./schemas.ts";

/** Problems that an operation may answer with; those of one status share a response. */
const ANSWERED_WITH = [
  "malformed",
  "not-found",
  "not-acceptable",
  "dataset-mismatch",
  "body-too-large",
  "url-too-long",
  "unsupported-media-type",
  "invalid-input",
  "unknown",
  "does-not-fit",
  "verdict-failed",
  "rate-limited",
  "internal",
] as const satisfies readonly ProblemType[];

const statusOf = (type: ProblemType): number => PROBLEM_PAGES[type].status;
const statuses = (types: readonly ProblemType[]): readonly number[] =>
  [...new Set(types.map(statusOf))].sort((a, b) => a - b);

const responseName = (status: number): string => `problem_${status}`;

/** The responses that operations refer to, by name. */
export function problemResponses(): Readonly<Record<string, object>> {
  return Object.fromEntries(
    statuses(ANSWERED_WITH).map((status) => {
      const types = ANSWERED_WITH.filter((type) => statusOf(type) === status);
      const response = {
        description: types.map((type) => `${PROBLEM_PAGES[type].title}: ${PROBLEM_PAGES[type].meaning}`).join(" "),
        content: {
          [PROBLEM_MEDIA_TYPE]: {
            schema: reference("Problem"),
            examples: Object.fromEntries(types.map((type) => [type, { value: exampleProblem(type) }])),
          },
        },
      };
      return [responseName(status), response];
    }),
  );
}

const exampleProblem = (type: ProblemType) => ({
  ...problemBody(type, "/v1/estimate", {}),
  detail: PROBLEM_PAGES[type].meaning,
  errors: [],
});

/** References to the problems by status. */
export const problems = (types: readonly ProblemType[]): Readonly<Record<string, object>> =>
  Object.fromEntries(
    statuses(types).map((status) => [String(status), { $ref: `#/components/responses/${responseName(status)}` }]),
  );

export const OF_A_GET = [
  "invalid-input",
  "not-acceptable",
  "dataset-mismatch",
  "url-too-long",
  "rate-limited",
  "internal",
] as const;
export const OF_A_POST = ["malformed", "body-too-large", "unsupported-media-type"] as const;
