import type { RuntimeRow } from "../../core/frame/view.ts";

const hundredths = (value: number | null) => (value === null ? null : Math.round(value * 100));
/** Memory is shown with three figures; a change below 1/1000 can't be seen. */
const memorySteps = (value: number | null) =>
  value === null || value === 0 ? value : Math.round(Math.log2(value) * 700);

/** Whether two rows would look the same in the list. */
export function sameRow(left: RuntimeRow, right: RuntimeRow): boolean {
  return (
    left.name === right.name &&
    left.verdict === right.verdict &&
    left.basis === right.basis &&
    left.threadCount === right.threadCount &&
    left.gilBoundThreads === right.gilBoundThreads &&
    left.version === right.version &&
    left.role === right.role &&
    left.familyId === right.familyId &&
    left.parentRowId === right.parentRowId &&
    left.searchText === right.searchText &&
    left.endedWallMs === right.endedWallMs &&
    hundredths(left.cpuCores) === hundredths(right.cpuCores) &&
    hundredths(left.lostCores) === hundredths(right.lostCores) &&
    memorySteps(left.rssBytes) === memorySteps(right.rssBytes)
  );
}

/** Whether two sparklines would be drawn the same. */
export function sameLine(left: Float32Array, right: Float32Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) {
    const a = left[index] ?? 0;
    const b = right[index] ?? 0;
    if (Number.isNaN(a) !== Number.isNaN(b) || Math.abs(a - b) > 0.005) return false;
  }
  return true;
}
