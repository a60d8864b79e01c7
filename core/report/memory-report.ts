import type { z } from "zod";
import type { RuntimeMemory } from "../memory/runtime-memory.ts";
import type { memorySchema } from "./diagnose-schema.ts";
import { round, withReason } from "./parts.ts";

type MemoryReport = z.infer<typeof memorySchema>;

/** Memory of one runtime as plain JSON. */
export function memoryReport(memory: RuntimeMemory): MemoryReport {
  const age = memory.ageSeconds.known ? round(memory.ageSeconds.value) : null;
  const { copyOnWrite, split, limit } = memory;
  return {
    ...withReason("privateDirtyBytes", memory.privateDirtyBytes),
    ...withReason("sharedCleanBytes", memory.sharedCleanBytes),
    ...withReason("sharedDirtyBytes", memory.sharedDirtyBytes),
    ...withReason("swapBytes", memory.swapBytes),
    ...(age === null ? {} : { ageSeconds: age }),
    copyOnWrite:
      copyOnWrite === null
        ? null
        : {
            sharedBytes: copyOnWrite.sharedBytes,
            anonymousBytes: copyOnWrite.anonymousBytes,
            ...withReason("unsharedBytesPerSecond", copyOnWrite.unsharedBytesPerSecond),
          },
    split: split === null ? null : splitReport(split),
    limit: limit === null ? null : { ...limit },
  };
}

function splitReport(split: NonNullable<RuntimeMemory["split"]>): NonNullable<MemoryReport["split"]> {
  const { pythonHeapBytes, nativeHeapBytes, anonymousBytes, stackBytes, fileBytes, sharedBytes } = split;
  return { pythonHeapBytes, nativeHeapBytes, anonymousBytes, stackBytes, fileBytes, sharedBytes };
}
