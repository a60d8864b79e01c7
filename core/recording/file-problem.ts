/**
 * Why a file can't be opened, or not to its end.
 *
 * - `empty`: nothing in it
 * - `foreign`: not a recording or snapshot of this program
 * - `newer`: written by a newer version; `version` is its, `knownVersion` the highest this one reads
 * - `damaged`: of this program, but nothing usable in it
 * - `too-large`: more than this program takes
 */
export type FileProblem =
  | { readonly code: "empty" | "foreign" | "damaged" | "too-large" }
  | { readonly code: "newer"; readonly version: number; readonly knownVersion: number };

/** How far a file could be read. */
export interface FileEnd {
  readonly samples: number;
  /** The last line is cut off, as a crash or a full disk leaves it; everything before it counts. */
  readonly tornTail: boolean;
  /** Lines in the middle that could not be used. */
  readonly damagedLines: number;
  /** Reading stopped at a limit. */
  readonly cut: boolean;
}
