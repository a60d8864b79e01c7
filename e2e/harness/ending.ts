import type { ChildProcess } from "node:child_process";
import { processTree } from "./process-tree.ts";

const PATIENCE_MS = 3000;

/** Ends a child by ending its standard input, where it has one, and kills it when it is still there three seconds later. */
export function endChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.stdin?.end();
  });
}

/** Kills a child and everything below it, and waits until the child is gone. */
export async function killTree(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  for (const { pid } of processTree(child.pid).slice().reverse()) killIfThere(pid);
  await gone;
}

/** Kills a process, or a group by its negative id, that may have ended by itself. */
export function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended between the listing and here.
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
