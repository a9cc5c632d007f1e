import type { Violation } from "../../protocols/pull-request-policy.ts";
import { tame } from "../escape.ts";
import { type Line, span, wrap } from "./styled.ts";

/** Which policies are violated, at the end of a report: there a person who waits for the prompt sees it. */
export const violationLines = (violations: readonly Violation[], width: number): Line[] =>
  violations.flatMap(({ policy, deployment, limit, received }) =>
    wrap(
      [
        span(
          `✗ ${policy}${deployment === null ? "" : ` of ${tame(deployment)}`}: allowed ${limit}, found ${received}`,
          "critical",
        ),
      ],
      width,
    ),
  );
