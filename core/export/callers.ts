import type { RawSample } from "../sample/raw-sample.ts";
import type { StackFrame, ThreadStack } from "../sample/thread-stack.ts";

/** One way in which a function was called: the function itself first. */
export interface Called {
  readonly frames: readonly StackFrame[];
  /** Of all ways in which the thread's stacks show it. */
  readonly share: number;
}

interface Way {
  readonly frames: readonly StackFrame[];
  count: number;
}

function keyOf(threadRowId: number, { functionName, file }: StackFrame): string {
  return JSON.stringify([threadRowId, functionName, file]);
}

/** How functions were called, by the stacks read of their threads. A caller's line is where it made the call, so other lines are other ways. */
export class Callers {
  private readonly innermost = new Map<string, Map<string, Way>>();
  private readonly anywhere = new Map<string, Map<string, Way>>();

  constructor(samples: readonly RawSample[]) {
    // Of a thread that rests the same stack comes with sample after sample.
    let before = new Set<ThreadStack>();
    for (const { stacks = [] } of samples) {
      for (const stack of stacks) if (!before.has(stack)) this.take(stack);
      before = new Set(stacks);
    }
  }

  /** The ways in which a thread's function was called; only itself where no stack shows it. */
  of(threadRowId: number, frame: StackFrame): readonly Called[] {
    const key = keyOf(threadRowId, frame);
    const ways = [...(this.innermost.get(key) ?? this.anywhere.get(key) ?? new Map<string, Way>()).values()];
    const total = ways.reduce((sum, { count }) => sum + count, 0);
    if (total === 0) return [{ frames: [frame], share: 1 }];
    return ways.map(({ frames, count }) => ({ frames, share: count / total }));
  }

  private take({ threadRowId, frames }: ThreadStack): void {
    frames.forEach((frame, index) => {
      const key = keyOf(threadRowId, frame);
      note(this.anywhere, key, frames.slice(index));
      if (index === 0) note(this.innermost, key, frames);
    });
  }
}

function note(into: Map<string, Map<string, Way>>, key: string, frames: readonly StackFrame[]): void {
  const ways = into.get(key) ?? new Map<string, Way>();
  into.set(key, ways);
  // The function's own line changes with every look; who called it from where tells the ways apart.
  const name = JSON.stringify(frames.map(({ functionName, file, line }, index) => [functionName, file, index && line]));
  const way = ways.get(name) ?? { frames, count: 0 };
  way.count += 1;
  ways.set(name, way);
}
