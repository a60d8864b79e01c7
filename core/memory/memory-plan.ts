import type { Frame, RuntimeFrame } from "../frame/frame.ts";
import type { Attention } from "../probe/probe-plan.ts";

/** One runtime whose memory is to be read. */
export interface MemoryTarget {
  readonly processRowId: number;
  readonly pid: number;
  readonly startTicks: number;
  /** Resident bytes, for a guess at what reading costs; 0 when not known. */
  readonly rssBytes: number;
  /** How much a fresh figure is wanted, beside the others. */
  readonly weight: number;
  /** Least milliseconds between two readings. */
  readonly leastGapMs: number;
  /** Whether to tell where its memory lies; then the size of the arenas of its object allocator, else null. */
  readonly arenaBytes: number | null;
}

/** Whose memory is to be read until the next plan. */
export interface MemoryPlan {
  readonly targets: readonly MemoryTarget[];
}

/** How much a reading is wanted, and least milliseconds between two: where the family works, where it does little, and where it rests and hardly any memory moves. */
const READINGS = {
  selected: { weight: 100, gapsMs: { works: 900, little: 1900, rests: 4900 } },
  family: { weight: 20, gapsMs: { works: 1900, little: 9900, rests: 19_900 } },
  others: { weight: 1, gapsMs: { works: 10_000, little: 20_000, rests: 60_000 } },
} as const;
/** Cores of one member from which a family counts as working: who un-shares memory fast enough to be watched uses more. */
const WORKING_CORES = 0.1;

function activityOf(cores: number): "works" | "little" | "rests" {
  if (cores >= WORKING_CORES) return "works";
  return cores > 0 ? "little" : "rests";
}

/** Cores of each family's busiest member, without end where one's are not known: what one writes un-shares the memory of the others. */
function busiestCores(runtimes: readonly RuntimeFrame[]): ReadonlyMap<string, number> {
  const busiest = new Map<string, number>();
  for (const { familyId, cpuCores } of runtimes) {
    const cores = cpuCores.known ? cpuCores.value : Number.POSITIVE_INFINITY;
    busiest.set(familyId, Math.max(busiest.get(familyId) ?? 0, cores));
  }
  return busiest;
}

/** Size of the arenas of Python's object allocator: `ARENA_BITS` in CPython's Include/internal/pycore_obmalloc.h since 3.10, 256 KiB before. */
function arenaBytes({ python }: RuntimeFrame): number {
  const [major = 3, minor = 12] = (python.version ?? "").split(".").map(Number);
  return major > 3 || (major === 3 && minor >= 10) ? 2 ** 20 : 2 ** 18;
}

/** Every runtime of the frame, what is looked at and its family with more weight and, while it works, more often. Nothing while nobody looks. */
export function memoryPlan(frame: Frame, attention: Attention): MemoryPlan {
  if (!attention.visible) return { targets: [] };
  const selected = frame.runtimes.find(({ rowId }) => rowId === attention.selectedRowId);
  const busiest = busiestCores(frame.runtimes);
  return {
    targets: frame.runtimes.map((runtime) => {
      const { rowId, familyId, pid, startTicks, rssBytes } = runtime;
      const isSelected = runtime === selected;
      const { weight, gapsMs } =
        READINGS[isSelected ? "selected" : familyId === selected?.familyId ? "family" : "others"];
      return {
        processRowId: rowId,
        pid,
        startTicks,
        rssBytes: rssBytes.known ? rssBytes.value : 0,
        weight,
        leastGapMs: gapsMs[activityOf(busiest.get(familyId) ?? 0)],
        arenaBytes: isSelected ? arenaBytes(runtime) : null,
      };
    }),
  };
}
