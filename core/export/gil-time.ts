import type { GilHolding, RawGil, RawSample } from "../sample/raw-sample.ts";
import type { StackFrame } from "../sample/thread-stack.ts";
import { threadName } from "../thread/thread-name.ts";
import { Callers } from "./callers.ts";
import type { ExportInput } from "./exporter.ts";

/** Time one Python function of one thread had the GIL, called in one way. */
export interface GilTime {
  readonly pid: number;
  readonly thread: string;
  /** The function itself first, then who called it, as far as a stack was read; never empty. */
  readonly frames: readonly StackFrame[];
  /** Share of the GIL's samples in which it was held here, times the seconds covered. */
  readonly seconds: number;
}

function keyOf({ threadRowId, functionName, file }: GilHolding): string {
  return JSON.stringify([threadRowId, functionName, file]);
}

const NOT_READ: StackFrame = { functionName: "(function not read)", file: "", line: null };

interface FirstSeen {
  readonly gil: RawGil;
  readonly monotonicMs: number;
}

function gilKey({ processRowId, interpreterId }: RawGil): string {
  return `${processRowId} ${interpreterId}`;
}

/** Each GIL as it was read first: a program may have started later than the samples. */
function firstSeen(samples: readonly RawSample[]): ReadonlyMap<string, FirstSeen> {
  const found = new Map<string, FirstSeen>();
  for (const { gils, monotonicMs } of samples) {
    for (const gil of gils) if (!found.has(gilKey(gil))) found.set(gilKey(gil), { gil, monotonicMs });
  }
  return found;
}

/**
 * Who had the GIL, by innermost Python function and its callers, over the samples of an export: differences of cumulative counts.
 * The GIL's holders are read far more often than whole stacks, so a function's time is divided among the ways in which the
 * thread's stacks show it called. Holding whose function was not read is named so; it is time all the same.
 */
export function gilTimes({ samples, frame, rowId }: ExportInput): readonly GilTime[] {
  const last = samples.at(-1);
  if (last === undefined) return [];
  const before = firstSeen(samples);
  const names = new Map(samples.flatMap((sample) => sample.threadDetails.map((detail) => [detail.rowId, detail])));
  const pids = new Map(frame.runtimes.map((runtime) => [runtime.rowId, runtime.pid]));
  const callers = new Callers(samples);
  const found: GilTime[] = [];
  for (const gil of last.gils) {
    const pid = pids.get(gil.processRowId);
    const seen = before.get(gilKey(gil));
    const old = seen?.gil;
    const looked = gil.samples - (old?.samples ?? 0);
    if (pid === undefined || seen === undefined || looked <= 0 || (rowId !== null && gil.processRowId !== rowId))
      continue;
    const each = (last.monotonicMs - seen.monotonicMs) / 1000 / looked;
    const oldHoldings = new Map((old?.holdings ?? []).map((holding) => [keyOf(holding), holding.samples]));
    const oldHeld = new Map((old?.heldByThread ?? []).map((held) => [held.threadRowId, held.samples]));
    const read = new Map<number, number>();
    const add = (threadRowId: number, frame: StackFrame, count: number): void => {
      if (count <= 0) return;
      const thread = threadName(names.get(threadRowId)) || "thread";
      for (const { frames, share } of callers.of(threadRowId, frame)) {
        found.push({ pid, thread, frames, seconds: count * each * share });
      }
    };
    for (const holding of gil.holdings ?? []) {
      const count = holding.samples - (oldHoldings.get(keyOf(holding)) ?? 0);
      read.set(holding.threadRowId, (read.get(holding.threadRowId) ?? 0) + Math.max(0, count));
      const { functionName, file, line } = holding;
      add(holding.threadRowId, { functionName, file, line }, count);
    }
    for (const { threadRowId, samples: held } of gil.heldByThread) {
      const count = held - (oldHeld.get(threadRowId) ?? 0) - (read.get(threadRowId) ?? 0);
      add(threadRowId, NOT_READ, count);
    }
  }
  return found.sort((a, b) => b.seconds - a.seconds);
}
