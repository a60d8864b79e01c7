/** One thing that can be done from the palette. */
export interface Command {
  readonly id: string;
  readonly title: string;
  /** Stands dimly behind the title. */
  readonly note?: string;
  /** Words that find it besides its title. */
  readonly also?: string;
  /** The key that does the same. */
  readonly key?: string;
  readonly run: () => void;
}

/** How well a command fits what was typed: higher is better, 0 is not at all. */
function fitOf({ title, note = "", also = "" }: Command, words: readonly string[]): number {
  const own = title.toLowerCase();
  const all = `${own} ${note.toLowerCase()} ${also.toLowerCase()}`;
  let sum = 0;
  for (const word of words) {
    if (own.startsWith(word)) sum += 4;
    else if (own.includes(` ${word}`)) sum += 3;
    else if (own.includes(word)) sum += 2;
    else if (all.includes(word)) sum += 1;
    else return 0;
  }
  return sum;
}

/** The commands that hold every word, best first; commands that fit alike keep their order. All of them for an empty text. */
export function findCommands(commands: readonly Command[], text: string, most: number): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return commands.slice(0, most);
  return commands
    .map((command) => ({ command, fit: fitOf(command, words) }))
    .filter((found) => found.fit > 0)
    .sort((left, right) => right.fit - left.fit)
    .slice(0, most)
    .map(({ command }) => command);
}
