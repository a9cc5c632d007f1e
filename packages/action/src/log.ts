import * as core from "@actions/core";
import { tame } from "@ecocompute/engine";

/** Longest line of the log; the summary and the files have the rest. */
const MAX = 4_000;

/**
 * One line of the log. The runner takes a line that begins with `::`, and `##[` anywhere in one, for a command, and a
 * terminal takes control characters for one: text of a file, of git or of an answer must not be either.
 */
const line = (text: string): string => tame(text, MAX).replace(/^::/, ": :").replaceAll("##[", "## [");

/** Where an annotation stands. */
interface At {
  readonly title?: string;
  readonly file?: string;
  readonly startLine?: number;
  readonly endLine?: number;
}

const at = ({ title, file, ...lines }: At) => ({
  ...lines,
  ...(title === undefined ? {} : { title: line(title) }),
  ...(file === undefined ? {} : { file: line(file) }),
});

/** The log of the run: every line that the Action writes goes through here. */
export const log = {
  info: (text: string): void => core.info(line(text)),
  notice: (text: string, place: At = {}): void => core.notice(line(text), at(place)),
  warning: (text: string, place: At = {}): void => core.warning(line(text), at(place)),
  error: (text: string, place: At = {}): void => core.error(line(text), at(place)),
} as const;
