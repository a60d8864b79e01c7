import type { ProcessDetail, RawSample, SessionHeader, ThreadDetail } from "../sample/raw-sample.ts";
import { compareWindow } from "./compare-window.ts";
import type { Frame } from "./frame.ts";

/** Details handed over so far, by row id. */
export interface KnownDetails {
  readonly processes: ReadonlyMap<number, ProcessDetail>;
  readonly threads: ReadonlyMap<number, ThreadDetail>;
}

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
