/**
 * Characters that act instead of show: controls (escape sequences among them), line and paragraph separators,
 * marks that turn or hide text, and halves of surrogate pairs.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A character as `\uXXXX`, two of them beyond the basic plane. */
function unicodeEscape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`,
  ).join("");
}

function escapeOf(character: string): string {
  const code = character.charCodeAt(0);
  const short = SHORT[character];
  if (short !== undefined) return short;
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : unicodeEscape(character);
}

/** Text of the machine (names, command lines, paths) made harmless for a terminal, a table or a file: one line, nothing in it acts. */
export function plainText(text: string): string {
  return text.replace(ACTING, escapeOf);
}

/** JSON text with every acting character inside its strings escaped; it stays the same JSON. */
export function plainJson(json: string): string {
  // Line feeds between values are the layout; inside strings JSON has escaped them already.
  return json.replace(ACTING, (character) => (character === "\n" ? character : unicodeEscape(character)));
}
