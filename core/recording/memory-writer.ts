import type { RawSample } from "../sample/raw-sample.ts";
import { ListWriter } from "./list-patch.ts";
import { MEMORY_SHAPE, type MemoryLine, memoryKeys } from "./memory-lines.ts";
import { encodeTable } from "./table.ts";

/** Writes memory: what changed since the line before, and nothing of parts that the sample does not have. */
export class MemoryWriter {
  private splits = new ListWriter();
  private groups = new ListWriter();

  /** Fields of one line. `before`: the sample of the line before; null for a key frame. */
  write(sample: RawSample, before: RawSample | null): MemoryLine {
    const { memories, memorySplits, memoryGroups, sharedMemory } = sample;
    // A reader may start at a key frame, and forgets a part that a line does not have.
    if (memorySplits === undefined) this.splits = new ListWriter();
    if (memoryGroups === undefined) this.groups = new ListWriter();
    const sameShared = before?.sharedMemory !== undefined && before.sharedMemory.readAtMs === sharedMemory?.readAtMs;
    return {
      ...(memories === undefined
        ? {}
        : { me: encodeTable(MEMORY_SHAPE, memoryKeys, before?.memories ?? null, memories) ?? {} }),
      ...(memorySplits === undefined ? {} : { ms: this.splits.write(memorySplits, before === null) ?? 0 }),
      ...(memoryGroups === undefined ? {} : { mg: this.groups.write(memoryGroups, before === null) ?? 0 }),
      ...(sharedMemory === undefined ? {} : { sm: sameShared ? 0 : sharedMemory }),
    };
  }
}
