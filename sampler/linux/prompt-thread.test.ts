import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { afterEach, expect, it } from "vitest";
import { bundleWorkers } from "../testing/bundle.ts";
import { testSampling } from "../testing/sampling.ts";

/** Position of the policy in /proc/PID/stat behind the name (field 41, proc(5)), and its value for SCHED_RR (sched(7)). */
const POLICY = 38;
const ROUND_ROBIN = 2;

let tidy: (() => Promise<void>) | null = null;

afterEach(async () => {
  await tidy?.();
  tidy = null;
});

/** Whether this user may give a thread real-time priority, tried on a program of its own. */
function isAllowed(): boolean {
  const child = spawn("sleep", ["20"], { stdio: "ignore" });
  const outcome = spawnSync("chrt", ["--rr", "--pid", "1", String(child.pid)], { stdio: "ignore" });
  child.kill();
  return outcome.status === 0;
}

function promptThreads(): number {
  return fs.readdirSync("/proc/self/task").filter((tid) => {
    const stat = fs.readFileSync(`/proc/self/task/${tid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[POLICY]) === ROUND_ROBIN;
  }).length;
}

it("runs the probe's thread, and no other, ahead of ordinary ones where that is allowed", async () => {
  const bundle = await bundleWorkers();
  let samples = 0;
  const sampling = testSampling(bundle.folder, { probe: true, onSample: () => (samples += 1) });
  const nobody = { processRowId: 1, pid: process.pid, startTicks: 0, rateHz: 10 };
  const threads = { threadRowIds: [], tids: [], restingThreadRowIds: [], restingTids: [] };
  tidy = async () => {
    await sampling.stop();
    bundle.remove();
  };
  sampling.start();
  sampling.setPlan({ targets: [{ ...nobody, ...threads }] });
  while (samples < 20) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(promptThreads()).toBe(isAllowed() ? 1 : 0);
});
