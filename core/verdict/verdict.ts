import type { Message } from "./message.ts";

/** What keeps a runtime's threads from scaling, or that nothing does. */
export const VERDICT_IDS = [
  "gil-bound",
  "lock-bound",
  "cpu-starved",
  "oversubscribed",
  "quota-limited",
  "parallel",
  "single-threaded",
  "io-bound",
  "idle",
  "undetermined",
] as const;

/** One verdict. */
export type VerdictId = (typeof VERDICT_IDS)[number];

/** What a verdict stands on: GIL state read, futex or wait evidence, scheduler counters only, or nothing. */
export type Basis = "measured" | "inferred" | "suspected" | "none";

/** The verdict on one runtime over one window. */
export interface Verdict {
  readonly id: VerdictId;
  readonly basis: Basis;
  /** 0 … 1: how sure, from the number of samples and the distance to the border lines. */
  readonly confidence: number;
  /** The one sentence. */
  readonly headline: Message;
  /** Sentences with the numbers behind it, strongest first. */
  readonly evidence: readonly Message[];
  /** Other causes that hold at the same time. */
  readonly furtherCauses: readonly { readonly id: VerdictId; readonly message: Message }[];
  /** What would help, with the projected gain. */
  readonly advice: readonly Message[];
}
