import type { ActTarget } from "./action.ts";

/** What of a runtime can be shown in the file manager. */
export const REVEALED = ["executable", "environment", "directory"] as const;

/** One of them. */
export type Revealed = (typeof REVEALED)[number];

/** A wish to see it; the path is known to the host, the page never names one. */
export interface RevealRequest extends ActTarget {
  readonly what: Revealed;
}

/** How that went. */
export type RevealOutcome = "shown" | "not-allowed" | "not-a-runtime" | "no-path";
