import type { RawSample } from "../../core/sample/raw-sample.ts";
import type { Engine } from "../engine.ts";

/** The newest raw sample with every detail known of its rows; null before the first. */
export function latestSample(engine: Engine): RawSample | null {
  const { lastWallMs } = engine.history;
  return lastWallMs === null ? null : (engine.history.samples(lastWallMs, lastWallMs).at(-1) ?? null);
}
