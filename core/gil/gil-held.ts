import type { WindowRuntime } from "../frame/window-rows.ts";
import { OBSERVATION_KINDS } from "../probe/observation-kind.ts";
import { KIND_COUNT, type Observed } from "../probe/observed.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { known } from "../sample/reading.ts";
import type { ThreadWindow } from "../thread/thread-window.ts";
import { LEAST_RUNNING_SEEN, LOOKED_AT_SHARE } from "../verdict/thresholds.ts";
import type { GilWindow } from "./gil-window.ts";

const RUNNING = OBSERVATION_KINDS.indexOf("running");
const GONE = OBSERVATION_KINDS.indexOf("gone");

/**
 * Corrects the held ratio for passes that come late. On a busy machine the probe misses its moments just when the program runs, so
 * plain counting finds the GIL held too seldom. How long each thread was runnable is known exactly from the scheduler; the samples
 * only have to tell what share of that time, and of the rest, it had the GIL. With several GILs the counts stay as they are,
 * because holders are not told apart by GIL.
 */
export function stratifiedHeld(
  gil: GilWindow | null,
  runtime: WindowRuntime,
  newer: RawSample,
  window: ThreadWindow,
  seen: Observed,
): GilWindow | null {
  const frame = gil?.frames[0];
  if (gil === null || frame === undefined || gil.frames.length > 1 || gil.off) return gil;
  if (!gil.heldRatio.known || gil.samples === 0 || !(runtime.windowSeconds > 0)) return gil;
  let ratio = 0;
  let counted = 0;
  for (let row = runtime.threadStart; row < runtime.threadEnd; row += 1) {
    const held = gil.heldByThread.get(newer.threads.rowId[row] as number);
    if (held === undefined) continue;
    counted += held.held;
    const share = shareOfTime(runtime, row, window, seen, gil.samples, held);
    ratio += share ?? held.held;
  }
  // What nobody here accounts for (threads that ended, holders without a name) stays as it was counted.
  ratio += Math.max(0, gil.heldRatio.value - counted);
  ratio = Math.min(1, ratio);
  const heldRatio = known(ratio);
  const correction = Math.abs(ratio - gil.heldRatio.value);
  const countedError = frame.heldStandardError;
  // The correction is an estimate too: half of it is counted as what may be wrong with it.
  const heldStandardError = countedError.known ? known(Math.hypot(countedError.value, correction / 2)) : countedError;
  return { ...gil, heldRatio, frames: [{ ...frame, heldRatio, heldStandardError }] };
}

/** Share of the window in which a thread held the GIL; null where too little was seen of it to say more than its counts do. */
function shareOfTime(
  runtime: WindowRuntime,
  row: number,
  window: ThreadWindow,
  seen: Observed,
  samples: number,
  held: { readonly held: number; readonly running: number; readonly runningSamples: number },
): number | null {
  const slot = seen.slotOf[row] as number;
  const lived = window.livedSeconds[row] as number;
  const runnable = (window.runSeconds[row] as number) + (window.cpuWaitSeconds[row] as number);
  if (slot < 0 || !(lived > 0) || Number.isNaN(runnable)) return null;
  let looks = 0;
  for (let kind = 0; kind < KIND_COUNT; kind += 1) {
    if (kind !== GONE) looks += seen.inWindow[slot * KIND_COUNT + kind] as number;
  }
  const livedShare = Math.min(1, lived / runtime.windowSeconds);
  const runningSeen = seen.inWindow[slot * KIND_COUNT + RUNNING] as number;
  if (looks < LOOKED_AT_SHARE * samples * livedShare || runningSeen < LEAST_RUNNING_SEEN) return null;
  const runnableShare = Math.min(livedShare, runnable / runtime.windowSeconds);
  const asleepSeen = looks - runningSeen;
  const heldAsleep = Math.max(0, held.held - held.running) * samples;
  const whileRunnable = runnableShare * Math.min(1, held.runningSamples / runningSeen);
  const whileAsleep = asleepSeen > 0 ? (livedShare - runnableShare) * Math.min(1, heldAsleep / asleepSeen) : 0;
  return whileRunnable + whileAsleep;
}
