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

const SELECTED = { weight: 100, leastGapMs: 900 } as const;
const FAMILY = { weight: 20, leastGapMs: 1900 } as const;
const OTHERS = { weight: 1, leastGapMs: 10_000 } as const;

/** Size of the arenas of Python's object allocator: `ARENA_BITS` in CPython's Include/internal/pycore_obmalloc.h since 3.10, 256 KiB before. */
function arenaBytes({ python }: RuntimeFrame): number {
  const [major = 3, minor = 12] = (python.version ?? "").split(".").map(Number);
  return major > 3 || (major === 3 && minor >= 10) ? 2 ** 20 : 2 ** 18;
}

/** Every runtime of the frame, what is looked at and its family with more weight. Nothing while nobody looks. */
export function memoryPlan(frame: Frame, attention: Attention): MemoryPlan {
  if (!attention.visible) return { targets: [] };
  const selected = frame.runtimes.find(({ rowId }) => rowId === attention.selectedRowId);
  return {
    targets: frame.runtimes.map((runtime) => ({
      processRowId: runtime.rowId,
      pid: runtime.pid,
      startTicks: runtime.startTicks,
      rssBytes: runtime.rssBytes.known ? runtime.rssBytes.value : 0,
      ...(runtime === selected ? SELECTED : runtime.familyId === selected?.familyId ? FAMILY : OTHERS),
      arenaBytes: runtime === selected ? arenaBytes(runtime) : null,
    })),
  };
}
