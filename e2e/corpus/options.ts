import { type ParseArgsConfig, parseArgs } from "node:util";

/** Reads the command line; what it does not know ends the program with one sentence and code 2. */
export function parseOptions<Options extends NonNullable<ParseArgsConfig["options"]>>(
  options: Options,
): ReturnType<typeof parseArgs<{ readonly options: Options }>>["values"] {
  try {
    return parseArgs<{ readonly options: Options }>({ options }).values;
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    console.error(`${error instanceof Error ? error.message.split(". ")[0] : error}. Options: ${known.join(", ")}.`);
    process.exit(2);
  }
}
