const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/** A count and its noun: `four threads`, `one thread`, `23 threads`. */
export function countOf(amount: number | null, one: string, many = `${one}s`): string {
  if (amount === null) return `some ${many}`;
  const whole = Math.round(amount);
  return `${SMALL[whole] ?? whole.toString()} ${whole === 1 ? one : many}`;
}

/** The same text with its first letter as a capital. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The verb's ending for a count: `waits` for one, `wait` for many. */
export function verb(amount: number | null, singular: string, plural: string): string {
  return amount !== null && Math.round(amount) === 1 ? singular : plural;
}

/** How much time threads spend on something, as threads all the time: `2.5 threads`. */
export function threadsAtATime(amount: number | null): string {
  if (amount === null) return "some threads";
  return `${amount.toFixed(amount >= 9.95 ? 0 : 1)} threads`;
}
