import type { ProcessDetail, ThreadDetail } from "./raw-sample.ts";

/** Details handed over so far, by row id. */
export interface KnownDetails {
  readonly processes: ReadonlyMap<number, ProcessDetail>;
  readonly threads: ReadonlyMap<number, ThreadDetail>;
}
