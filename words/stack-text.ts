import type { StackAnswer } from "../core/page/protocol.ts";
import { plainText } from "../core/text/plain-text.ts";

type ReadStacks = Extract<StackAnswer, { state: "read" }>;

/** A frame as tracebacks name it: `score (rank.py:88)`. */
export function stackFrameText(functionName: string, file: string, line: number | null): string {
  return plainText(`${functionName} (${file}${line === null ? "" : `:${line}`})`);
}

/** Stacks of all threads as plain text, innermost function first, like `py-spy dump`. Ends with a line break. */
export function stacksText(program: string, pid: number, { wallMs, threads }: ReadStacks): string {
  const head = `${plainText(program)}, pid ${pid}, ${new Date(wallMs).toISOString()}`;
  const blocks = threads.map(({ tid, name, frames, inGarbageCollection }) => {
    const state = inGarbageCollection === true ? ", collecting garbage" : "";
    const lines = frames.map(({ functionName, file, line }) => `    ${stackFrameText(functionName, file, line)}`);
    return [`Thread ${tid} "${plainText(name)}"${state}`, ...(lines.length === 0 ? ["    (no Python)"] : lines)].join(
      "\n",
    );
  });
  return `${[head, ...blocks].join("\n\n")}\n`;
}
