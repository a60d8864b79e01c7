import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { afterEach, expect, it } from "vitest";
import { bundleWorkers } from "../testing/bundle.ts";
import { testSampling } from "../testing/sampling.ts";

/** Positions in /proc/PID/stat behind the name (fields 22 and 41, proc(5)), and the value of SCHED_RR (sched(7)). */
const START_TICKS = 19;
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

it("runs the probe's thread, and no other, ahead of ordinary ones where that is allowed and it looks seldom", async () => {
  const bundle = await bundleWorkers();
  let samples = 0;
  const sampling = testSampling(bundle.folder, { probe: true, onSample: () => (samples += 1) });
  const stat = fs.readFileSync("/proc/self/stat", "latin1");
  const startTicks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_TICKS]);
  const threads = { threadRowIds: [], tids: [], restingThreadRowIds: [], restingTids: [] };
  const planned = (rateHz: number) => ({
    targets: [{ processRowId: 1, pid: process.pid, startTicks, rateHz, ...threads }],
  });
  const settled = async () => {
    const until = samples + 20;
    while (samples < until) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  tidy = async () => {
    await sampling.stop();
    bundle.remove();
  };
  // However dear samples are on this machine, they come as often as is asked for.
  sampling.setPace(50, 1);
  sampling.start();
  sampling.setPlan(planned(40));
  await settled();
  expect(promptThreads()).toBe(isAllowed() ? 1 : 0);
  sampling.setPlan(planned(500));
  await settled();
  expect(promptThreads()).toBe(0);
});
