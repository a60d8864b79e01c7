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

/** Least milliseconds between two readings where the family works, where it does little, and where it rests and hardly any memory moves. */
const GAPS_MS = {
  selected: { works: 900, little: 1900, rests: 4900 },
  family: { works: 1900, little: 9900, rests: 19_900 },
  others: { works: 10_000, little: 20_000, rests: 60_000 },
} as const;
const WEIGHTS = { selected: 100, family: 20, others: 1 } as const;
/** Cores of one member from which a family counts as working: who un-shares memory fast enough to be watched uses more. */
const WORKING_CORES = 0.1;

type Nearness = keyof typeof WEIGHTS;
type Activity = keyof (typeof GAPS_MS)[Nearness];

function activityOf({ cpuCores }: RuntimeFrame): Activity {
  if (!cpuCores.known || cpuCores.value >= WORKING_CORES) return "works";
  return cpuCores.value > 0 ? "little" : "rests";
}

/** Of each family that of its busiest member: what one writes un-shares the memory of the others. */
function familyActivities(runtimes: readonly RuntimeFrame[]): ReadonlyMap<string, Activity> {
  const activities = new Map<string, Activity>();
  for (const runtime of runtimes) {
    const activity = activityOf(runtime);
    const known = activities.get(runtime.familyId);
    if (known === undefined || known === "rests" || activity === "works") activities.set(runtime.familyId, activity);
  }
  return activities;
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
  const activities = familyActivities(frame.runtimes);
  const nearnessOf = (runtime: RuntimeFrame): Nearness =>
    runtime === selected ? "selected" : runtime.familyId === selected?.familyId ? "family" : "others";
  return {
    targets: frame.runtimes.map((runtime) => ({
      processRowId: runtime.rowId,
      pid: runtime.pid,
      startTicks: runtime.startTicks,
      rssBytes: runtime.rssBytes.known ? runtime.rssBytes.value : 0,
      weight: WEIGHTS[nearnessOf(runtime)],
      leastGapMs: GAPS_MS[nearnessOf(runtime)][activities.get(runtime.familyId) ?? "works"],
      arenaBytes: runtime === selected ? arenaBytes(runtime) : null,
    })),
  };
}
