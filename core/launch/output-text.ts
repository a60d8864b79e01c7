/** Escape sequences of terminals (ECMA-48): control sequences, and strings such as titles and links up to their end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]P^_X][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;
/** Everything else that acts instead of showing, except line feeds and tabs. */
const ACTING = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** What a program printed, as plain lines: colours, cursor movements and titles are out; a lone carriage return ends its line. */
export function outputText(text: string): string {
  return text.replace(SEQUENCE, "").replace(/\r\n?/g, "\n").replace(ACTING, "");
}
