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
  const power = 2 ** Math.floor(Math.log2(raw * 0.999));
  const step = [1, 1.5, 2].find((factor) => factor * power >= raw * 0.999) ?? 2;
  return ticksUpTo(value, step * power);
}

function ticksUpTo(value: number, step: number) {
  const steps = Math.max(1, Math.ceil(value / step - 0.001));
  return { top: steps * step, ticks: Array.from({ length: steps + 1 }, (_, index) => index * step) };
}

/** How far short of its span a series may start and still count as filling it. */
const FULL_ENOUGH = 0.95;

/** Left end of the time axis, seconds before its end: the first moment where they fill the whole span, so that no sliver stays empty. */
export function firstSecond(moments: readonly number[], seconds: number): number {
  const first = moments[0] ?? -seconds;
  return first <= -seconds * FULL_ENOUGH ? first : -seconds;
}

/** Ticks of a time axis of so many seconds that begins at `first`. */
export function timeTicks(seconds: number, first: number): readonly number[] {
  return [first, -seconds * 0.75, -seconds * 0.5, -seconds * 0.25, 0];
}

/** A tick of the time axis: `−60 s`, `−15 min`, `now`. */
export function timeTick(value: number, seconds: number, end: string): string {
  if (value > -0.5) return end;
  const ago = -value >= seconds * FULL_ENOUGH ? seconds : -value;
  return ago < 90 ? `−${Math.round(ago)} s` : `−${Number((ago / 60).toFixed(1))} min`;
}

/** Moments of a series, seconds before its last one. */
export function momentsOf(wallMs: Float64Array): readonly number[] {
  const end = wallMs.at(-1) ?? 0;
  return Array.from(wallMs, (at) => (at - end) / 1000);
}

/** Parts of its highest digit that the top of a chart is rounded up to. */
const TOP_PARTS = 20;

/** The top of a chart, at least the value wanted and at most a twentieth more: one that wavers a little stays where it is. */
export function steadyTop(wanted: number): number {
  const part = 10 ** Math.floor(Math.log10(wanted)) / TOP_PARTS;
  return Math.ceil(Number((wanted / part).toFixed(6))) * part;
}
