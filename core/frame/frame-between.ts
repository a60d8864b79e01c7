import type { KnownDetails } from "../sample/known-details.ts";
import type { RawSample, SessionHeader } from "../sample/raw-sample.ts";
import { compareWindow } from "./compare-window.ts";
import type { Frame } from "./frame.ts";

/**
 * Compares any two samples of one session.
 * @param older null for the first sample, whose rates are `not-yet`
 */
export function frameBetween(
  header: SessionHeader,
  details: KnownDetails,
  older: RawSample | null,
  newer: RawSample,
): Frame {
  return compareWindow(header, details, older === null ? [] : [older], newer);
}
