import type { RuntimeFrame } from "../../core/frame/frame.ts";
import type { VerdictId } from "../../core/verdict/verdict.ts";
import type { Engine } from "../../sampler/engine.ts";
import { startTarget, type TargetLabel } from "../harness/target.ts";

/** What the engine said of one target in one run. */
export interface Trial {
  readonly label: TargetLabel;
  readonly python: string;
  /** Verdict 5 s after the target was ready; null when it was never seen. */
  readonly verdict: VerdictId | null;
  readonly right: boolean;
  readonly confidence: number;
  /** Seconds from the target's first frame to the first right verdict; null when there was none. */
  readonly firstRightSeconds: number | null;
  /** Seconds from the target's first frame after which the verdict stayed right; null when it did not. */
  readonly stableSeconds: number | null;
  /** The runtime as it was judged, for reports. */
  readonly runtime: RuntimeFrame | null;
}

const WATCH_SECONDS = 6;

/** Runs one target and follows what the engine says of it for some seconds, then ends the target. */
export async function runTrial(engine: Engine, label: TargetLabel, python: string): Promise<Trial> {
  const target = await startTarget(label, python, WATCH_SECONDS + 10);
  const seen: { readonly atMs: number; readonly runtime: RuntimeFrame }[] = [];
  const unsubscribe = engine.onChange(() => {
    const frame = engine.frame();
    const runtime = frame?.runtimes.find((candidate) => candidate.pid === target.pid);
    if (frame !== null && runtime !== undefined && seen.at(-1)?.atMs !== frame.monotonicMs) {
      seen.push({ atMs: frame.monotonicMs, runtime });
    }
  });
  await new Promise((resolve) => setTimeout(resolve, WATCH_SECONDS * 1000));
  unsubscribe();
  await target.stop();
  const first = seen[0]?.atMs ?? 0;
  const last = seen.at(-1)?.runtime ?? null;
  const isRight = (runtime: RuntimeFrame): boolean => runtime.verdict.id === label.verdict;
  const firstRight = seen.find(({ runtime }) => isRight(runtime));
  const lastWrong = seen.map(({ runtime }) => isRight(runtime)).lastIndexOf(false);
  const stable = seen[lastWrong + 1];
  return {
    label,
    python,
    verdict: last?.verdict.id ?? null,
    right: last !== null && isRight(last),
    confidence: last?.verdict.confidence ?? 0,
    firstRightSeconds: firstRight === undefined ? null : (firstRight.atMs - first) / 1000,
    stableSeconds: stable === undefined ? null : (stable.atMs - first) / 1000,
    runtime: last,
  };
}
