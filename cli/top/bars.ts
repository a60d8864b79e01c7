import type { Frame } from "../../core/frame/frame.ts";
import { THREAD_STATE_COUNT, THREAD_STATES } from "../../core/thread/thread-state.ts";
import { STATE_SIGNS, type Style } from "./style.ts";

const LEVELS = "▁▂▃▄▅▆▇█";

/** Shares of threads from one row to another together, in the order of `THREAD_STATES`, summing to 1; zeros without threads. */
export function sharesOf(frame: Frame, start: number, rows: number): readonly number[] {
  const sums = THREAD_STATES.map((_, state) => {
    let sum = 0;
    for (let row = start; row < start + rows; row += 1) {
      sum += frame.threads.states[row * THREAD_STATE_COUNT + state] ?? 0;
    }
    return sum;
  });
  const total = sums.reduce((sum, value) => sum + value, 0);
  return sums.map((value) => (total > 0 ? value / total : 0));
}

/** Shares as a bar of exactly `width` signs: whole signs first, what is left to the largest remainders. */
export function stateBar(shares: readonly number[], width: number, style: Style): string {
  const exact = shares.map((share) => share * width);
  const counts = exact.map(Math.floor);
  const order = exact.map((value, index) => ({ index, rest: value - Math.floor(value) }));
  order.sort((a, b) => b.rest - a.rest);
  const whole = shares.some((share) => share > 0) ? width : 0;
  let missing = whole - counts.reduce((sum, count) => sum + count, 0);
  for (const { index } of order) {
    if (missing <= 0) break;
    counts[index] = (counts[index] ?? 0) + 1;
    missing -= 1;
  }
  const drawn = THREAD_STATES.map((state, index) => style.state(state, STATE_SIGNS[state].repeat(counts[index] ?? 0)));
  return drawn.join("") + " ".repeat(width - whole);
}

/** Cores over time, one sign for each step; the top is one core or the most there was. Blank where nothing is known. */
export function sparkline(values: Float32Array): string {
  let top = 1;
  for (const value of values) if (value > top) top = value;
  return Array.from(values, (value) => {
    if (!Number.isFinite(value)) return " ";
    return LEVELS[Math.min(LEVELS.length - 1, Math.floor((Math.max(0, value) / top) * LEVELS.length))] ?? " ";
  }).join("");
}
