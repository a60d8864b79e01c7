import type { Frame } from "../frame/frame.ts";
import { viewOf } from "../frame/view-of.ts";
import type { ThreadStack } from "../sample/thread-stack.ts";
import type { NamedStack, StackAnswer } from "./protocol.ts";

/**
 * The stacks of one runtime with the names of its threads.
 * @param stacks those read now; without them, those that came with the frame
 */
export function stackAnswer(
  frame: Frame | null,
  processRowId: number,
  stacks: readonly ThreadStack[] | null = null,
): StackAnswer {
  const threads = frame === null ? null : (viewOf(frame, processRowId).selected?.threads ?? null);
  if (frame === null || threads === null) return { state: "failed", reason: "gone" };
  const byRow = new Map((stacks ?? []).map((stack) => [stack.threadRowId, stack]));
  const named = Array.from(threads.rowId).flatMap((rowId, row): NamedStack[] => {
    const stack = stacks === null ? threads.stacks[row] : byRow.get(rowId);
    return stack == null ? [] : [{ ...stack, tid: threads.tid[row] ?? 0, name: threads.names[row] ?? "" }];
  });
  return named.length === 0 && stacks === null
    ? { state: "failed", reason: "not-yet" }
    : { state: "read", wallMs: frame.wallMs, threads: named };
}
