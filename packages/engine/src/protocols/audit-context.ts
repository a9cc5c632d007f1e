import { SEVERITIES, type Severity } from "../domain/finding.ts";

/** Code that checks other code, and pages that show it: no deployment. */
const TESTS_AND_DOCS =
  /(?:^|\/)(?:tests?|testing|docs?)\/|(?:^|\/)(?:test_[^/]{0,200}|[^/]{0,200}_test|conftest)\.py$/i;
/** Runs now and then, to show or to measure. */
const OCCASIONAL =
  /(?:^|\/)(?:bench(?:mark)?s?|eval(?:uation)?s?|examples?|demos?)\/|(?:^|[/_-])(?:bench(?:mark)?|eval|evaluat(?:e|or|ion)|demo)(?:[_-][^/]{0,200})?\.(?:py|ipynb|sh)$/i;

export const isDeployed = (path: string): boolean => !TESTS_AND_DOCS.test(path.slice(0, 1000));
export const isOccasional = (path: string): boolean => OCCASIONAL.test(path.slice(0, 1000));

/** One step lower, for code that does not run all the time. */
export const oneLower = (severity: Severity): Severity =>
  SEVERITIES[Math.min(SEVERITIES.indexOf(severity) + 1, SEVERITIES.length - 1)] ?? severity;
