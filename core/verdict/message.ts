/** A sentence before words: what is said, and the figures in it. `words/` turns it into text. */
export interface Message<Code extends string = string> {
  readonly code: Code;
  readonly parameters: Readonly<Record<string, number | string | null>>;
}
