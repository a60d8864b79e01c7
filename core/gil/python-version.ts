import type { PythonFacts } from "../sample/raw-sample.ts";

/** Major and minor version of an interpreter, or null when they are not known. */
export function pythonVersion(python: PythonFacts): { readonly major: number; readonly minor: number | null } | null {
  const match = /^(\d+)(?:\.(\d+))?/.exec(python.version ?? "");
  if (match === null) return null;
  return { major: Number(match[1]), minor: match[2] === undefined ? null : Number(match[2]) };
}

/** True for an interpreter of at least this version; false when the version is not known. */
export function isAtLeast(python: PythonFacts, major: number, minor: number): boolean {
  const version = pythonVersion(python);
  if (version === null) return false;
  return version.major > major || (version.major === major && (version.minor ?? -1) >= minor);
}

/**
 * True where the GIL is an ordinary lock on the heap, as it was before CPython 3.2 (`ceval.c`, `interpreter_lock`):
 * waiting for it looks like waiting for any other lock.
 */
export function hasOldGil(python: PythonFacts): boolean {
  if (python.implementation === "PyPy") return false;
  const version = pythonVersion(python);
  if (version === null) return false;
  return version.major < 3 || (version.major === 3 && version.minor !== null && version.minor < 2);
}

/** How often a thread that waits for the GIL asks for it again, unless the program chose otherwise; null where that is not known. */
export function ordinarySwitchIntervalMs(python: PythonFacts): number | null {
  // Python/ceval_gil.c, DEFAULT_INTERVAL. PyPy's threads wait in a queue, and only its first asks, every tenth of a millisecond.
  return python.implementation === "CPython" && !hasOldGil(python) ? 5 : null;
}

/** True where a sub-interpreter may have a GIL of its own on the heap (CPython 3.12 and later). */
export function mayHaveHeapGil(python: PythonFacts): boolean {
  return python.implementation !== "PyPy" && (python.version === null || isAtLeast(python, 3, 12));
}
