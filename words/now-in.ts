import type { StackFrame, ThreadStack } from "../core/sample/thread-stack.ts";

/** A frame in one line: `function (file.py:12)`, the file without its folders. */
export function frameText(frame: StackFrame): string {
  const file = frame.file.slice(Math.max(frame.file.lastIndexOf("/"), frame.file.lastIndexOf("\\")) + 1);
  return `${frame.functionName} (${frame.line === null ? file : `${file}:${frame.line}`})`;
}

/** Where a thread is now, in one line; null when no stack was read or it runs no Python. */
export function nowIn(stack: ThreadStack | null): string | null {
  const innermost = stack?.frames[0];
  if (stack === null || innermost === undefined) return null;
  return stack.inGarbageCollection === true ? `garbage collection in ${frameText(innermost)}` : frameText(innermost);
}
