import type { VerdictId } from "../verdict/verdict.ts";

/** Example programs, each of which shows one verdict. */
export const EXAMPLE_IDS = [
  "gil-bound",
  "lock-bound",
  "cpu-starved",
  "oversubscribed",
  "quota-limited",
  "parallel",
  "single-threaded",
  "io-bound",
  "idle",
] as const satisfies readonly VerdictId[];

/** One example, named by the verdict it shows. */
export type ExampleId = (typeof EXAMPLE_IDS)[number];
