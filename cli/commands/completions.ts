import { CliError, EXIT } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { completionScript, SHELLS } from "../shell/completions.ts";

/** The command that prints completions for all commands, itself included. */
export function completionsCommand(commands: () => readonly Command[]): Command {
  return {
    name: "completions",
    forms: [`completions ${SHELLS.join("|")}`],
    summary: "Prints a script that completes commands and options in a shell.",
    options: {},
    run: async (given, context) => {
      const shell = SHELLS.find((name) => name === given.positionals[0]);
      if (shell === undefined || given.positionals.length > 1) {
        throw new CliError("usage", `\`gilscope completions\` takes one shell: ${SHELLS.join(", ")}.`);
      }
      await context.print(completionScript(shell, commands()));
      return EXIT.ok;
    },
  };
}
