import type { CommandArguments, OptionSpec } from "./arguments.ts";
import type { CliContext } from "./context.ts";

/** One command: everything help, completion and the parser need to know of it. */
export interface Command {
  readonly name: string;
  /** What it takes, one line for each form. */
  readonly forms: readonly string[];
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Does it and answers the exit code; throws a `CliError` for what the user can mend. */
  readonly run: (given: CommandArguments, context: CliContext) => Promise<number>;
}
