/** 0 pass · 1 policy violated · 2 usage or configuration error · 3 could not analyse. */
export type ExitCode = 0 | 1 | 2 | 3;

/** What ends a command before it has a report. Shown as it is, without a stack. */
export class Refused extends Error {
  readonly exitCode: 2 | 3;
  constructor(exitCode: 2 | 3, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
