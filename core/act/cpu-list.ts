import { HIGHEST_CPU } from "./action.ts";

/**
 * Reads a list of CPUs as `taskset` and the kernel write it: `0-3,5`. Ascending, without repetitions.
 * Null for anything else, an empty list included.
 */
export function parseCpuList(text: string): readonly number[] | null {
  const cpus = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^\s*(\d{1,4})(?:\s*-\s*(\d{1,4}))?\s*$/.exec(part);
    if (match === null) return null;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first || last > HIGHEST_CPU) return null;
    for (let cpu = first; cpu <= last; cpu += 1) cpus.add(cpu);
  }
  return [...cpus].sort((left, right) => left - right);
}

/** Writes CPUs as a list that `parseCpuList` reads; runs of three and more become a range. */
export function cpuListText(cpus: readonly number[]): string {
  const sorted = [...new Set(cpus)].sort((left, right) => left - right);
  const parts: string[] = [];
  for (let at = 0; at < sorted.length; ) {
    let end = at;
    while (sorted[end + 1] === sorted[end]! + 1) end += 1;
    if (end - at >= 2) parts.push(`${sorted[at]}-${sorted[end]}`);
    else parts.push(...sorted.slice(at, end + 1).map(String));
    at = end + 1;
  }
  return parts.join(",");
}
