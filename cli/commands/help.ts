import type { Command } from "../command.ts";
import { wrap } from "../terminal-text.ts";

const WIDTH = 88;

function optionLines(command: Command): readonly string[] {
  const names = Object.entries(command.options).map(([name, { short, placeholder, help }]) => ({
    text: `${short === undefined ? "    " : `-${short}, `}--${name}${placeholder === undefined ? "" : ` ${placeholder}`}`,
    help,
  }));
  const width = Math.max(...names.map(({ text }) => text.length));
  return names.map(({ text, help }) => {
    const indent = " ".repeat(width + 4);
    return `  ${text.padEnd(width)}  ${wrap(help, WIDTH - indent.length, indent)}`;
  });
}

/** Help on one command. */
export function commandHelp(command: Command): string {
  const lines = [
    ...command.forms.map((form) => `gilscope ${form}`),
    "",
    command.summary,
    ...(Object.keys(command.options).length === 0 ? [] : ["", ...optionLines(command)]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Help on the whole program. */
export function programHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = [
    "Gilscope shows why Python threads don't scale, and proves it.",
    "",
    "gilscope [FILE]          opens the window, or serves its page where there is no display",
    "gilscope COMMAND …",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    `  ${"help".padEnd(width)}  Shows this, or what one command takes: gilscope help COMMAND.`,
    "",
    "Exit codes: 0 done, 1 could not be done, 2 wrong usage, 3 --fail-on matched.",
    "With diagnose -- CMD: CMD's own code if not 0 (128 + signal), 125 own failure,",
    "126 CMD not executable, 127 CMD not found.",
  ];
  return `${lines.join("\n")}\n`;
}
