import type { Frame } from "../../core/frame/frame.ts";
import type { Engine } from "../engine.ts";

/** The first frame that is as wanted; rejects when none comes. */
export async function frameWhen(running: Engine, wanted: (frame: Frame) => boolean, seconds = 25): Promise<Frame> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const frame = running.frame();
    if (frame !== null && wanted(frame)) return frame;
    if (Date.now() > deadline) throw new Error("what was waited for did not come");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
