import type { EnvironmentVariable } from "./command-words.ts";

/** A program to start. */
export interface LaunchCommand {
  /** Program and arguments; nothing in them is read by a shell. */
  readonly words: readonly string[];
  /** Null: the user's home. */
  readonly workingDirectory: string | null;
  /** Set on top of the environment that Gilscope was started with. */
  readonly environment: readonly EnvironmentVariable[];
}

/** Why a program was not started. */
export const LAUNCH_PROBLEMS = [
  "not-allowed",
  "not-found",
  "not-executable",
  "no-folder",
  "no-python",
  "too-many",
  "failed",
] as const;

/** One of them. */
export type LaunchProblem = (typeof LAUNCH_PROBLEMS)[number];

/** How starting a program went. */
export type LaunchOutcome =
  | { readonly state: "started"; readonly id: number; readonly pid: number; readonly title: string }
  | { readonly state: "failed"; readonly problem: LaunchProblem };

/** Most characters held of a program's output; older ones are lost. */
export const MOST_OUTPUT = 256 * 1024;

/** A started program as it is now. */
export interface LaunchState {
  readonly id: number;
  readonly pid: number;
  /** Null while it runs. */
  readonly ended: { readonly exitCode: number | null; readonly signal: string | null } | null;
  /** The runtime it became, or the first one it started; null until one is seen. */
  readonly rowId: number | null;
  /** Output since the character asked for, plain text; `from` is later than asked for when older output was lost. */
  readonly output: { readonly from: number; readonly text: string };
}
