/** Exit codes of every command but `diagnose -- CMD`. */
export const EXIT = { ok: 0, failed: 1, usage: 2, failOn: 3 } as const;

/** Exit codes of `diagnose -- CMD` where CMD's own code says nothing, as `env` and `timeout` use them. */
export const LAUNCH_EXIT = { ownFailure: 125, notExecutable: 126, notFound: 127, signalBase: 128 } as const;

/** Names of failures in `--json` errors; they stay the same when sentences change. */
export type ErrorCode =
  | "usage"
  | "no-such-process"
  | "not-python"
  | "zombie"
  | "denied"
  | "gone"
  | "unreadable"
  | "bad-file"
  | "unwritable"
  | "no-samples"
  | "port"
  | "not-built"
  | "not-executable"
  | "not-found"
  | "internal";

/** A failure the user can do something about: one sentence that says what, why and what to do. */
export class CliError extends Error {
  readonly code: ErrorCode;
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, exitCode: number = code === "usage" ? EXIT.usage : EXIT.failed) {
    super(message);
    this.name = "CliError";
    this.code = code;
    this.exitCode = exitCode;
  }
}
