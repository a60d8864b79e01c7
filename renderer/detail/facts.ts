import type { PythonFacts } from "../../core/raw-sample.ts";

/** `CPython 3.12.1`, `CPython 3.13.0 free-threaded`, `Python`. */
export function pythonName(python: PythonFacts): string {
  const name = python.implementation === "unknown" ? "Python" : python.implementation;
  return [name, python.version, python.build === "free-threaded" ? "free-threaded" : null].filter(Boolean).join(" ");
}

/** A folder with the user's home shortened, as shells show it. */
export function shortFolder(path: string): string {
  return path.replace(/^\/(?:home\/[^/]+|root|Users\/[^/]+)(?=\/|$)/, "~");
}

/** Time of day for today, date and time for other days, in the reader's locale. */
export function startedText(startedWallMs: number, nowWallMs: number): string {
  const started = new Date(startedWallMs);
  const sameDay = new Date(nowWallMs).toDateString() === started.toDateString();
  const time = started.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
  if (sameDay) return time;
  return `${started.toLocaleDateString(undefined, { day: "numeric", month: "short" })} ${time}`;
}
