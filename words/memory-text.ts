import type { RuntimeFrame } from "../core/frame/frame.ts";
import type { MemorySplit } from "../core/sample/memory-sample.ts";
import type { Message } from "../core/verdict/message.ts";
import { bytes, duration, percent } from "./number.ts";
import { absentSentence } from "./obstacle.ts";
import { sentence } from "./sentences.ts";

/** Parts of a runtime's memory in the order they are shown, with their names. */
export const SPLIT_PARTS: readonly {
  readonly key: Exclude<keyof MemorySplit, "processRowId" | "readAtMs">;
  readonly label: string;
  readonly explanation: string;
}[] = [
  {
    key: "pythonHeapBytes",
    label: "Python objects",
    explanation: "Arenas of Python's object allocator, told by their size: at least so much.",
  },
  {
    key: "nativeHeapBytes",
    label: "C heap",
    explanation: "What the C library's malloc keeps: large Python objects and native code.",
  },
  {
    key: "anonymousBytes",
    label: "Other own memory",
    explanation: "Arrays and buffers mapped by themselves, and what libraries map.",
  },
  { key: "stackBytes", label: "Stacks", explanation: "Stacks of the threads." },
  {
    key: "fileBytes",
    label: "Files",
    explanation: "Code and data of programs and libraries, and memory-mapped files.",
  },
  { key: "sharedBytes", label: "Shared memory", explanation: "Segments shared on purpose, its part of them." },
];

/** Rates below this are noise of readings at different moments. */
const LEAST_RATE = 64 * 1024;

function copyOnWriteMessage({ memory }: RuntimeFrame): Message | null {
  const { copyOnWrite } = memory;
  if (copyOnWrite === null) return null;
  const { sharedBytes, anonymousBytes, unsharedBytesPerSecond: rate } = copyOnWrite;
  return rate.known && rate.value >= LEAST_RATE
    ? {
        code: "memory.copy-on-write-rate",
        parameters: { sharedBytes, anonymousBytes, bytesPerMinute: rate.value * 60 },
      }
    : { code: "memory.copy-on-write", parameters: { sharedBytes, anonymousBytes } };
}

/** Sentences on the memory of a runtime: its price, what a fork still shares, the limit it is under, its container. */
export function memorySentences(runtime: RuntimeFrame): readonly string[] {
  const { memory, pssBytes, ussBytes, container } = runtime;
  const lines: string[] = [];
  if (pssBytes.known && ussBytes.known) {
    const age =
      memory.ageSeconds.known && memory.ageSeconds.value >= 1 ? `, read ${duration(memory.ageSeconds.value)} ago` : "";
    const swap =
      memory.swapBytes.known && memory.swapBytes.value > 0 ? `, ${bytes(memory.swapBytes.value)} swapped out` : "";
    lines.push(
      `${bytes(pssBytes.value)} of memory with its part of what is shared (PSS), ${bytes(ussBytes.value)} of it its own (USS)${swap}${age}.`,
    );
  } else if (!pssBytes.known) {
    lines.push(`Its memory maps are not known: ${absentSentence(pssBytes.reason)}`);
  }
  const copied = copyOnWriteMessage(runtime);
  if (copied !== null) lines.push(sentence(copied));
  if (memory.limit !== null) {
    const { cgroupPath, limitBytes, usedBytes, stalledRatio, limitHits } = memory.limit;
    lines.push(sentence({ code: "memory.limit", parameters: { cgroupPath, limitBytes, usedBytes } }));
    if (stalledRatio !== null && stalledRatio >= 0.01)
      lines.push(`Tasks in it stall for memory ${percent(stalledRatio)} of the time.`);
    if (limitHits > 0) lines.push("It hit that limit in the last seconds.");
  }
  if (container !== null) lines.push(`Runs in the ${container.runtime} container ${container.id.slice(0, 12)}.`);
  return lines;
}
