/**
 * Why a value is not known. Zero is a value; these are not.
 *
 * - `denied`: the operating system forbids reading it with these rights
 * - `gone`: the process or thread ended before it could be read
 * - `unsupported`: this platform, kernel or interpreter does not offer it
 * - `not-yet`: it needs a second sample, or its turn has not come
 */
export type AbsentReason = "denied" | "gone" | "unsupported" | "not-yet";

/** A value, or the reason why there is none. */
export type Reading<T = number> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly reason: AbsentReason };

/** Wraps a known value. */
export function known<T>(value: T): Reading<T> {
  return { known: true, value };
}

/** States that a value is not known, and why. */
export function absent<T = number>(reason: AbsentReason): Reading<T> {
  return { known: false, reason };
}

/** The value, or null when it is not known. */
export function valueOrNull<T>(reading: Reading<T>): T | null {
  return reading.known ? reading.value : null;
}

/** The reason why a value is not known, or null when it is. */
export function reasonOrNull(reading: Reading<unknown>): AbsentReason | null {
  return reading.known ? null : reading.reason;
}
