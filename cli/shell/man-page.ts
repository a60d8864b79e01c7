import type { Command } from "../command.ts";

/** A character beyond ASCII by its number, as groff_char(7) writes it. */
function named(character: string): string {
  return `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}

/** Text as roff takes it (groff_man(7)): nothing in it is a request, dashes are those of options. */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/gm, "\\&$1")
    .replace(/[^ -~\n]/gu, named);
}

/** `-o, --output FILE`, as one line, which is what a tag takes. */
function optionLine(name: string, short: string | undefined, placeholder: string | undefined): string {
  const long = roff(`--${name}${placeholder === undefined ? "" : ` ${placeholder}`}`);
  return short === undefined ? `.B ${long}` : `.BR ${roff(`-${short}`)} ", " "${long}"`;
}

function commandSection({ forms, summary, options }: Command): readonly string[] {
  return [
    ...forms.flatMap((form, index) => [index === 0 ? ".TP" : ".TQ", `.B gilscope ${roff(form)}`]),
    roff(summary),
    ...(Object.keys(options).length === 0 ? [] : [".RS"]),
    ...Object.entries(options).flatMap(([name, { short, placeholder, help, values }]) => [
      ".TP",
      optionLine(name, short, placeholder),
      roff(`${help}${values === undefined ? "" : ` One of ${values.join(", ")}.`}`),
    ]),
    ...(Object.keys(options).length === 0 ? [] : [".RE"]),
  ];
}

const EXIT_CODES: readonly (readonly [string, string])[] = [
  ["0", "done"],
  ["1", "could not be done; one sentence on standard error says why"],
  ["2", "wrong usage"],
  ["3", "--fail-on matched"],
  ["125", "with -- CMD: own failure"],
  ["126", "with -- CMD: CMD can't be executed"],
  ["127", "with -- CMD: CMD was not found"],
];

/** The manual page of the program, section 1. */
export function manPage(commands: readonly Command[], version: string): string {
  return `${[
    `.TH GILSCOPE 1 "" "Gilscope ${roff(version)}"`,
    ".SH NAME",
    roff("gilscope - shows why Python threads don't scale, and proves it"),
    ".SH SYNOPSIS",
    ".B gilscope",
    ".RI [ FILE ]",
    ".br",
    ".B gilscope",
    ".I COMMAND",
    ".RI [ ARGUMENT ...]",
    ".SH DESCRIPTION",
    roff(
      "Gilscope finds every live Python interpreter on a workstation and says what keeps its threads from scaling: who holds the GIL, who waits for it, and what that costs in cores. It reads from outside; the watched program is never stopped, traced or written to.",
    ),
    ".PP",
    "Without a command it opens the window, on a recording or snapshot if one is named; where there is no display it serves the same page on loopback.",
    ".SH COMMANDS",
    ...commands.flatMap(commandSection),
    ".SH EXIT STATUS",
    ...EXIT_CODES.flatMap(([code, meaning]) => [".TP", `.B ${code}`, roff(meaning)]),
    ".PP",
    "A command that was started and failed gives its own code, or 128 and the number of the signal that ended it.",
    ".SH ENVIRONMENT",
    ".TP",
    ".B NO_COLOR",
    roff("When it is set and not empty, gilscope top draws without colours."),
  ].join("\n")}\n`;
}
