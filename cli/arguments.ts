import { parseArgs } from "node:util";
import { CliError } from "./cli-error.ts";

/** One option of a command, as it is parsed and as help shows it. */
export interface OptionSpec {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for the value in help. */
  readonly placeholder?: string;
  /** Every value it takes, where they are few. */
  readonly values?: readonly string[];
  readonly help: string;
}

/** What the user wrote after a command's name. */
export interface CommandArguments {
  readonly positionals: readonly string[];
  /** What stands after `--`, or null without one. */
  readonly launched: readonly string[] | null;
  flag(name: string): boolean;
  text(name: string): string | null;
  texts(name: string): readonly string[];
}

/** Reads the arguments of one command. Throws a usage error for what the command does not take. */
export function readArguments(
  command: string,
  argv: readonly string[],
  options: Readonly<Record<string, OptionSpec>>,
): CommandArguments {
  const border = argv.indexOf("--");
  const own = border < 0 ? argv : argv.slice(0, border);
  const specs = Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), multiple: multiple === true },
    ]),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...own], options: specs, allowPositionals: true, strict: true });
  } catch (error) {
    throw new CliError("usage", usageSentence(command, error as NodeJS.ErrnoException));
  }
  const { values, positionals } = parsed;
  return {
    positionals,
    launched: border < 0 ? null : argv.slice(border + 1),
    flag: (name) => values[name] === true,
    text: (name) => {
      const value = values[name];
      return typeof value === "string" ? value : null;
    },
    texts: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
    },
  };
}

function usageSentence(command: string, error: NodeJS.ErrnoException): string {
  const named = /'(--?[^' ]+)/.exec(error.message)?.[1] ?? "an option";
  const help = `\`gilscope help ${command}\` shows what it takes`;
  if (error.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") return `\`gilscope ${command}\` has no option ${named}; ${help}.`;
  if (/does not take an argument/.test(error.message)) return `${named} takes no value; ${help}.`;
  return `${named} needs a value; ${help}.`;
}

/** A number from an option, within bounds; `fallback` without the option. */
export function numberOption(
  given: CommandArguments,
  name: string,
  fallback: number,
  least: number,
  most: number,
): number {
  const text = given.text(name);
  if (text === null) return fallback;
  const value = /^[0-9]+(?:\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new CliError("usage", `--${name} takes a number from ${least} to ${most}, not \`${text}\`.`);
}
