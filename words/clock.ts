import { duration } from "./number.ts";

/** Time of day to the second, where the reader is: `14:02:10`. */
export function clock(wallMs: number): string {
  const date = new Date(wallMs);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** That something is told of a time gone by, which is then named, instead of "the last" seconds. */
export interface Past {
  /** End of the stretch told of, epoch milliseconds. */
  readonly untilWallMs: number;
}

/** A stretch of time in a sentence: `the last 24 s`, or of the past `24 s, 14:02:10–14:02:34`. */
export function stretch(seconds: number | null, past: Past | null): string {
  if (past === null || seconds === null) return `the last ${duration(seconds)}`;
  return `${duration(seconds)}, ${clock(past.untilWallMs - seconds * 1000)}–${clock(past.untilWallMs)}`;
}
