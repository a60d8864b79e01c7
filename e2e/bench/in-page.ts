/** Functions that run inside the page: each is sent there as text, so none may use anything from around it. */

/** How a scroll went. */
export interface ScrollResult {
  readonly frames: number;
  /** Frames that came more than half a frame late. */
  readonly late: number;
  /** Frames without rows for all that the browser may show until the next one: the room, and what it scrolls on within a frame. */
  readonly short: number;
  readonly pixels: number;
}

/** Moves the lanes to and fro with every frame for some seconds; answers with the frames. */
export function panLanes(seconds: number): Promise<number> {
  return new Promise((resolve) => {
    const until = performance.now() + seconds * 1000;
    let frames = 0;
    const step = () => {
      frames += 1;
      const key = frames % 120 < 60 ? "ArrowLeft" : "ArrowRight";
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      if (performance.now() < until) requestAnimationFrame(step);
      else resolve(frames);
    };
    requestAnimationFrame(step);
  });
}

/** Looks at every frame for so long while something else scrolls. */
export function watchScroll(of: {
  readonly scroller: string;
  readonly line: string;
  readonly seconds: number;
  /** Of the wheel, pixels a second: the list may also move by itself, to keep what somebody reads where it is. */
  readonly speed: number;
}): Promise<ScrollResult> {
  const scroller = document.querySelector<HTMLElement>(`[data-testid="${of.scroller}"]`);
  if (scroller === null) throw new Error(`${of.scroller} is not there`);
  const lateMs = (1.5 * 1000) / 60;
  const until = performance.now() + of.seconds * 1000;
  const last = { atMs: performance.now(), top: scroller.scrollTop };
  const result = { frames: 0, late: 0, short: 0, pixels: 0 };
  return new Promise((resolve) => {
    const step = () => {
      const now = performance.now();
      const top = scroller.scrollTop;
      const moved = Math.abs(top - last.top);
      if (moved > 0) {
        result.frames += 1;
        result.pixels += moved;
        if (now - last.atMs > lateMs) result.late += 1;
        const room = scroller.getBoundingClientRect();
        const boxes = [...scroller.querySelectorAll(of.line)].map((one) => one.getBoundingClientRect());
        // As far as there are rows to scroll to.
        const further = Math.min(moved, (of.speed * (now - last.atMs)) / 1000);
        const above = room.top - Math.min(further, top);
        const below = room.bottom + Math.min(further, scroller.scrollHeight - scroller.clientHeight - top);
        const heads = scroller.querySelector('[role="columnheader"]')?.closest('[role="rowgroup"]');
        const head = heads?.getBoundingClientRect().height ?? 0;
        const first = Math.min(...boxes.map((box) => box.top));
        const final = Math.max(...boxes.map((box) => box.bottom));
        if (first > above + head + 1 || final < below - 1) result.short += 1;
      }
      last.atMs = now;
      last.top = top;
      if (now < until) requestAnimationFrame(step);
      else resolve(result);
    };
    requestAnimationFrame(step);
  });
}

/** Begins to note how long each key takes until it is painted. */
export function watchInputs(): void {
  const kept: number[] = [];
  const types = ["keydown", "input"];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (types.includes(entry.name)) kept.push(entry.duration);
  }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  (globalThis as unknown as { inputTimes: number[] }).inputTimes = kept;
}

/** What was noted; keys that took less than a frame are not noted by the browser. */
export function inputsOf(): readonly number[] {
  return (globalThis as unknown as { inputTimes: number[] }).inputTimes;
}
