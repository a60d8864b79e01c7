/** Keys by name; anything printable is itself. */
export type Key = string;

const SEQUENCES: Readonly<Record<string, Key>> = {
  "\u001b[A": "up",
  "\u001bOA": "up",
  "\u001b[B": "down",
  "\u001bOB": "down",
  "\u001b[C": "right",
  "\u001bOC": "right",
  "\u001b[D": "left",
  "\u001bOD": "left",
  "\u001b[5~": "page-up",
  "\u001b[6~": "page-down",
  "\u001b[H": "home",
  "\u001bOH": "home",
  "\u001b[1~": "home",
  "\u001b[F": "end",
  "\u001bOF": "end",
  "\u001b[4~": "end",
  "\u001b": "escape",
  "\r": "enter",
  "\n": "enter",
  "\u007f": "backspace",
  "\b": "backspace",
  "\u0003": "interrupt",
  "\u001a": "suspend",
  "\u000c": "redraw",
};

/** Escape sequences as terminals send them (ECMA-48 control sequences and SS3), or one character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what keys are made of
const ONE_KEY = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001bO[A-Z]|[\s\S]/gu;

/** The keys in what was typed. Sequences that mean nothing here are left out. */
export function keysOf(typed: string): readonly Key[] {
  return [...typed.matchAll(ONE_KEY)].flatMap(([text]) => {
    const named = SEQUENCES[text];
    if (named !== undefined) return [named];
    return /^[\p{L}\p{N}\p{P}\p{S} ]$/u.test(text) ? [text] : [];
  });
}
