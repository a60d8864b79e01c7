import type { z } from "zod";
import type { StackFrame, ThreadStack } from "../sample/thread-stack.ts";
import { itemSchemas } from "./line-schema.ts";
import { applyList, type ListPatch, type ListPatchLine, ListWriter } from "./list-patch.ts";

type StackItem = z.infer<typeof itemSchemas.stack>;

/** What a line says about stacks: new texts, stacks that changed, and when each of them was read. A line without `sa` has no stacks. */
interface StackFields {
  readonly sn?: readonly string[];
  readonly sk?: ListPatch;
  readonly sa?: readonly number[];
}

/** Writes stacks: names and files once for each stretch from one key frame to the next, and only the stacks that changed. */
export class StackWriter {
  private texts = new Map<string, number>();
  private items = new ListWriter();

  /** The fields of one line. A key frame needs nothing that was written before it. */
  write(stacks: readonly ThreadStack[] | undefined, key: boolean): StackFields {
    if (key) {
      this.texts = new Map();
      this.items = new ListWriter();
    }
    if (stacks === undefined) return {};
    const added: string[] = [];
    const placeOf = (text: string): number => {
      const known = this.texts.get(text);
      if (known !== undefined) return known;
      added.push(text);
      this.texts.set(text, this.texts.size);
      return this.texts.size - 1;
    };
    const items = stacks.map(
      ({ threadRowId, inGarbageCollection, frames }): StackItem => [
        threadRowId,
        inGarbageCollection === null ? null : inGarbageCollection ? 1 : 0,
        frames.flatMap(({ functionName, file, line }) => [placeOf(functionName), placeOf(file), line]),
      ],
    );
    const patch = this.items.write(items, key);
    return {
      ...(added.length === 0 ? {} : { sn: added }),
      ...(patch === undefined ? {} : { sk: patch }),
      sa: stacks.map(({ readAtMs }) => readAtMs),
    };
  }
}

/** What was read of stacks so far. */
export interface StackState {
  readonly texts: readonly string[];
  readonly items: readonly StackItem[];
  readonly stacks: readonly ThreadStack[];
}

/** Before the first line, and at each key frame. */
export const NO_STACKS: StackState = { texts: [], items: [], stacks: [] };

/** The stacks of the next line; null when what it says does not fit. Stacks that did not change stay the same objects. */
export function applyStacks(
  before: StackState,
  line: {
    readonly sn?: readonly string[] | undefined;
    readonly sk?: ListPatchLine | undefined;
    readonly sa?: readonly number[] | undefined;
  },
): StackState | null {
  if (line.sa === undefined) return line.sn === undefined && line.sk === undefined ? before : null;
  const texts = line.sn === undefined ? before.texts : [...before.texts, ...line.sn];
  const items = applyList(itemSchemas.stack, before.items, line.sk);
  if (items === null || items.length !== line.sa.length) return null;
  const stacks: ThreadStack[] = [];
  for (const [index, readAtMs] of line.sa.entries()) {
    const item = items[index];
    const earlier = before.items[index] === item ? before.stacks[index] : undefined;
    if (earlier?.readAtMs === readAtMs) stacks.push(earlier);
    else {
      const stack = item === undefined ? null : stackOf(item, texts, readAtMs, earlier);
      if (stack === null) return null;
      stacks.push(stack);
    }
  }
  return { texts, items, stacks };
}

function stackOf(
  [threadRowId, collecting, words]: StackItem,
  texts: readonly string[],
  readAtMs: number,
  earlier: ThreadStack | undefined,
): ThreadStack | null {
  const frames = earlier?.frames ?? framesOf(words, texts);
  if (frames === null) return null;
  return { threadRowId, readAtMs, frames, inGarbageCollection: collecting === null ? null : collecting === 1 };
}

function framesOf(words: StackItem[2], texts: readonly string[]): readonly StackFrame[] | null {
  if (words.length % 3 !== 0) return null;
  const frames: StackFrame[] = [];
  for (let at = 0; at < words.length; at += 3) {
    const functionName = texts[words[at] ?? -1];
    const file = texts[words[at + 1] ?? -1];
    if (functionName === undefined || file === undefined) return null;
    frames.push({ functionName, file, line: words[at + 2] ?? null });
  }
  return frames;
}
