/** Words of a command, or why a text is none: a quote that is not closed, a backslash at the end, or nothing at all. */
export type CommandWords =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly problem: "empty" | "open-quote" | "open-backslash" };

/**
 * Takes a command apart as a shell does with quotes and backslashes (POSIX 2.2), and does nothing else that a shell does:
 * variables, wildcards, pipes and semicolons are ordinary characters.
 */
export function commandWords(text: string): CommandWords {
  const words: string[] = [];
  let word: string | null = null;
  let quote: "'" | '"' | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (quote === "'") {
      if (letter === "'") quote = null;
      else word = (word ?? "") + letter;
    } else if (letter === "\\") {
      const next = text.charAt(at + 1);
      if (next === "") return { ok: false, problem: "open-backslash" };
      at += 1;
      // Between double quotes a backslash only takes the meaning of these characters away.
      const kept = quote === '"' && !'$`"\\\n'.includes(next);
      word = (word ?? "") + (next === "\n" ? "" : kept ? `\\${next}` : next);
    } else if (quote === '"') {
      if (letter === '"') quote = null;
      else word = (word ?? "") + letter;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      word ??= "";
    } else if (/\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + letter;
    }
  }
  if (quote !== null) return { ok: false, problem: "open-quote" };
  if (word !== null) words.push(word);
  return words.length === 0 || words[0] === "" ? { ok: false, problem: "empty" } : { ok: true, words };
}

/** Writes words so that `commandWords` reads the same ones. */
export function commandText(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./~[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}

/** One variable of an environment. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

/** Reads lines of `NAME=value`; empty lines are left out. Null names the first line that is none. */
export function environmentLines(
  text: string,
):
  | { readonly ok: true; readonly variables: readonly EnvironmentVariable[] }
  | { readonly ok: false; readonly line: string } {
  const variables: EnvironmentVariable[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
    if (match === null) return { ok: false, line: line.trim() };
    variables.push({ name: match[1] ?? "", value: match[2] ?? "" });
  }
  return { ok: true, variables };
}
