import { CliError, EXIT } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { manPage } from "../shell/man-page.ts";

/** The command that prints the manual page of all commands, itself included. */
export function manCommand(commands: () => readonly Command[]): Command {
  return {
    name: "man",
    forms: ["man"],
    summary: "Prints the manual page in roff: gilscope man | man -l -",
    options: {},
    run: async (given, context) => {
      if (given.positionals.length > 0) throw new CliError("usage", "`gilscope man` takes nothing.");
      await context.print(manPage(commands(), context.programVersion));
      return EXIT.ok;
    },
  };
}
