const STEPS = [1, 2, 2.5, 5, 10] as const;

/** A round number at or above `value`, and the distance between about `count` ticks up to it. */
export function niceScale(value: number, count: number): { readonly top: number; readonly ticks: readonly number[] } {
  const raw = Math.max(value, 1e-6) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = (STEPS.find((candidate) => candidate * power >= raw * 0.78) ?? 10) * power;
  return ticksUpTo(value, step);
}

/** The same for bytes: ticks at round binary sizes. */
export function niceByteScale(
  value: number,
  count: number,
): { readonly top: number; readonly ticks: readonly number[] } {
  const raw = Math.max(value, 1) / count;
  return ticksUpTo(value, 2 ** Math.ceil(Math.log2(raw * 0.999)));
}

function ticksUpTo(value: number, step: number) {
  const steps = Math.max(1, Math.ceil(value / step - 0.001));
  return { top: steps * step, ticks: Array.from({ length: steps + 1 }, (_, index) => index * step) };
}

/** Ticks of a time axis that ends now, in seconds before its end. */
export function timeTicks(seconds: number): readonly number[] {
  return [0, 1, 2, 3, 4].map((quarter) => -seconds + (seconds * quarter) / 4);
}

/** A tick of the time axis: `−60 s`, `−15 min`, `now`. */
export function timeTick(seconds: number, end: string): string {
  if (seconds > -0.5) return end;
  const ago = -seconds;
  if (ago < 90) return `−${Math.round(ago)} s`;
  return `−${Number((ago / 60).toFixed(1))} min`;
}

/** Left end of the time axis, seconds before its end: the first point where the points fill the whole span, so that no sliver stays empty. */
export function firstSecond(points: readonly { readonly seconds: number }[], seconds: number): number {
  const first = points[0]?.seconds ?? -seconds;
  return first <= -seconds * 0.95 ? first : -seconds;
}
