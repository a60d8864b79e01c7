const Z_95 = 1.96;

/** Wilson score interval of a proportion at 95 %: lower and upper bound. */
export function wilson(successes: number, trials: number): readonly [number, number] {
  if (trials === 0) return [0, 1];
  const p = successes / trials;
  const z2 = (Z_95 * Z_95) / trials;
  const centre = p + z2 / 2;
  const spread = Z_95 * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials));
  return [Math.max(0, (centre - spread) / (1 + z2)), Math.min(1, (centre + spread) / (1 + z2))];
}

/** Middle value of those that are known; null when none is. */
export function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null).sort((a, b) => a - b);
  const upper = known[Math.floor(known.length / 2)];
  const lower = known[Math.floor((known.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}

/** Mean and its 95 % interval by bootstrap of whole blocks: blocks are drawn with repetition, and the means of the draws are ranked. */
export function bootstrapMean(
  blocks: readonly number[],
  random: () => number = Math.random,
  draws = 4000,
): { readonly mean: number; readonly low: number; readonly high: number } {
  const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const means = Array.from({ length: draws }, () =>
    meanOf(Array.from(blocks, () => blocks[Math.floor(random() * blocks.length)] ?? 0)),
  ).sort((a, b) => a - b);
  return {
    mean: meanOf(blocks),
    low: means[Math.floor(draws * 0.025)] ?? Number.NaN,
    high: means[Math.ceil(draws * 0.975) - 1] ?? Number.NaN,
  };
}
