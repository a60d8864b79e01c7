import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { endChild, killIfThere, killTree } from "./ending.ts";
import { processTree } from "./process-tree.ts";

async function family(): Promise<ChildProcess> {
  const child = spawn("sh", ["-c", "sleep 60 & echo ready; wait"], { stdio: ["ignore", "pipe", "ignore"] });
  if (child.stdout !== null) await once(child.stdout, "data");
  return child;
}

/** Whether a process is there and no zombie that its new parent has yet to bury. */
function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return false;
  }
}

test.skipIf(process.platform !== "linux")("a child ends with all below it, and once only", async () => {
  const child = await family();
  const pids = processTree(child.pid ?? 0).map(({ pid }) => pid);
  expect(pids).toHaveLength(2);
  await killTree(child);
  expect(child.signalCode).toBe("SIGKILL");
  await expect.poll(() => pids.filter(runs)).toEqual([]);
  await killTree(child);
  for (const pid of pids) killIfThere(pid);
});

test("a child ends with its standard input; one that never began is not waited for", async () => {
  const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
  await endChild(child);
  expect(child.exitCode).toBe(0);
  await endChild(child);
  const never = spawn("/nowhere/program", { stdio: "ignore" }).once("error", () => undefined);
  await endChild(never);
});
