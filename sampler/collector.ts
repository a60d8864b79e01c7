import * as v8 from "node:v8";

/**
 * Makes V8 collect young garbage without helper threads, in this process and its workers: what this program allocates in a second is
 * collected in a millisecond, and waking helpers for that costs several times as much as the work (`parallel_scavenge` in V8's flags).
 */
export function collectAlone(): void {
  v8.setFlagsFromString("--no-parallel-scavenge");
}
