import { assertNever } from "../core/assert-never.ts";
import type { FileEnd, FileProblem } from "../core/recording/file-problem.ts";

/** One sentence that says why a file can't be opened and what to do. `fileName` is shown as it is. */
export function problemSentence(problem: FileProblem, fileName: string): string {
  switch (problem.code) {
    case "empty":
      return `${fileName} is empty; nothing was written to it, so record or export again.`;
    case "foreign":
      return `${fileName} is not a Gilscope recording or snapshot; open a file that \`gilscope record\` or an export as JSON wrote.`;
    case "damaged":
      return `${fileName} is damaged: it begins like a Gilscope file but nothing in it can be used; copy or export it again.`;
    case "too-large":
      return `${fileName} is larger than Gilscope opens; record a shorter time.`;
    case "newer":
      return `${fileName} was written by a newer Gilscope (format ${problem.version}, this one reads up to ${problem.knownVersion}); update Gilscope to open it.`;
    default:
      return assertNever(problem);
  }
}

/** A sentence about what of a file could not be read, or null when all of it was. */
export function endSentence(end: FileEnd, fileName: string): string | null {
  if (end.cut) return `${fileName} is longer than Gilscope opens; its first ${end.samples} samples are shown.`;
  if (end.damagedLines > 0) {
    return `${fileName} is damaged in the middle: ${end.damagedLines} ${end.damagedLines === 1 ? "line" : "lines"} could not be used; the other ${end.samples} samples are shown.`;
  }
  if (end.tornTail)
    return `${fileName} breaks off in its last line; the ${end.samples} whole samples before are shown.`;
  return null;
}
