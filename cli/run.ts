import { existsSync } from "node:fs";
import { plainText } from "../core/text/plain-text.ts";
import { WriteFailure } from "../sampler/recording/write-failure.ts";
import { readArguments } from "./arguments.ts";
import { CliError, EXIT, LAUNCH_EXIT } from "./cli-error.ts";
import type { Command } from "./command.ts";
import { commandHelp, programHelp } from "./commands/help.ts";
import { serveCommand } from "./commands/serve.ts";
import { COMMANDS } from "./commands.ts";
import type { CliContext } from "./context.ts";

/** A command that was taken by the name another program would give it. */
function nearest(name: string): string {
  const close = COMMANDS.find((command) => command.name.startsWith(name.slice(0, 3)) && name.length > 2);
  return close === undefined ? "`gilscope help` shows the commands" : `perhaps \`${close.name}\` is meant`;
}

function commandOf(argv: readonly string[]): { readonly command: Command; readonly rest: readonly string[] } {
  const [name, ...rest] = argv;
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return { command, rest };
  // Without a command: the page, on a file if one is named.
  if (name === undefined || /[./\\]/.test(name) || existsSync(name)) return { command: serveCommand, rest: argv };
  if (name.startsWith("-"))
    throw new CliError("usage", `There is no option ${name}; \`gilscope help\` shows what there is.`);
  throw new CliError("usage", `There is no command \`${name}\`; ${nearest(name)}.`);
}

async function help(topic: string | undefined, context: CliContext): Promise<number> {
  const command = COMMANDS.find((candidate) => candidate.name === topic);
  if (topic !== undefined && topic !== "help" && command === undefined) {
    throw new CliError("usage", `There is no command \`${topic}\`; ${nearest(topic)}.`);
  }
  await context.print(command === undefined ? programHelp(COMMANDS) : commandHelp(command));
  return EXIT.ok;
}

async function dispatch(argv: readonly string[], context: CliContext): Promise<number> {
  const border = argv.indexOf("--");
  const own = border < 0 ? argv : argv.slice(0, border);
  if (own[0] === "help") return help(own[1], context);
  if (own.includes("--help") || own.includes("-h"))
    return help(own[0]?.startsWith("-") === true ? undefined : own[0], context);
  if (own[0] === "--version" || own[0] === "-V") {
    await context.print(`${context.programVersion}\n`);
    return EXIT.ok;
  }
  const { command, rest } = commandOf(argv);
  return command.run(readArguments(command.name, rest, command.options), context);
}

/** Whether errors are wanted as JSON: asked for before the arguments are known to be right. */
function wantsJson(argv: readonly string[]): boolean {
  const border = argv.indexOf("--");
  return (border < 0 ? argv : argv.slice(0, border)).includes("--json");
}

/**
 * Runs one command line and answers its exit code; never rejects. Expected failures are one sentence on standard error,
 * or with `--json` an object `{error: {code, message}}`.
 */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  try {
    return await dispatch(argv, context);
  } catch (error) {
    const launching = (argv[0] === "diagnose" || argv[0] === "record") && argv.includes("--");
    const failure =
      error instanceof CliError
        ? error
        : error instanceof WriteFailure
          ? new CliError("unwritable", error.message)
          : new CliError(
              "internal",
              `Gilscope failed: ${plainText(String((error as Error)?.message ?? error))}; this is a bug, please report it.`,
            );
    const message = plainText(failure.message);
    context.note(wantsJson(argv) ? JSON.stringify({ error: { code: failure.code, message } }) : message);
    return launching && failure.exitCode === EXIT.failed ? LAUNCH_EXIT.ownFailure : failure.exitCode;
  }
}
