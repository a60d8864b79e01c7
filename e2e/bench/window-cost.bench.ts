import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processTree } from "../harness/process-tree.ts";
import { closeProgram, startProgram, test } from "../harness/program.ts";
import { defaultPython } from "../harness/pythons.ts";

const MEASURED_SECONDS = 30;
const SETTLING_SECONDS = 15;
const CROWD_SECONDS = 200;

/** 480 processes and 2,100 threads: a workstation's ordinary ones beside Python's, then every one of them a runtime. */
const CROWDS = [
  { what: "40 runtimes among 480 processes", runtimes: 40, runtimeThreads: 340, others: 440, othersThreads: 4 },
  { what: "480 runtimes", runtimes: 480, runtimeThreads: 2100, others: 0, othersThreads: 0 },
] as const;
const ACTIVE_RUNTIMES = 20;

for (const crowd of CROWDS) {
  test(`what the visible and the hidden window cost beside ${crowd.what}`, async () => {
    test.setTimeout(240_000);
    const folder = mkdtempSync(join(tmpdir(), "gilscope-crowd-"));
    const started = [startRuntimes(crowd.runtimes, crowd.runtimeThreads)];
    if (crowd.others > 0) started.push(startOthers(folder, crowd.others, crowd.othersThreads));
    const program = await startProgram();
    try {
      const { page, app } = program;
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.getByTestId("runtime-row").first().waitFor();
      const pid = app.process().pid ?? 0;
      await page.waitForTimeout(SETTLING_SECONDS * 1000);
      console.log(`${crowd.what}, 2,100 threads, ${ACTIVE_RUNTIMES} active, one sample a second`);
      await page.getByTestId("runtime-row").first().click();
      await page.waitForTimeout(2000);
      await measure("visible", pid);
      await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await measure("hidden", pid);
    } finally {
      await closeProgram(program);
      for (const child of started) {
        if (child.exitCode !== null) continue;
        for (const { pid } of processTree(child.pid ?? 0)
          .slice()
          .reverse())
          process.kill(pid, "SIGKILL");
      }
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

function startRuntimes(runtimes: number, threads: number): ChildProcess {
  const sizes = [runtimes, threads, ACTIVE_RUNTIMES, CROWD_SECONDS].map(String);
  return spawn(defaultPython(), [join(__dirname, "crowd.py"), ...sizes], { stdio: "ignore" });
}

function startOthers(folder: string, processes: number, threads: number): ChildProcess {
  const spawner = join(folder, "spawner");
  execFileSync("cc", ["-O2", "-pthread", "-o", spawner, join(__dirname, "..", "..", "sampler", "bench", "spawner.c")]);
  return spawn(spawner, [processes, threads, 0, CROWD_SECONDS].map(String), { stdio: ["pipe", "ignore", "inherit"] });
}

async function measure(what: string, pid: number): Promise<void> {
  const before = new Map(processTree(pid).map((member) => [member.pid, member.cpuSeconds]));
  const started = performance.now();
  await new Promise((resolve) => setTimeout(resolve, MEASURED_SECONDS * 1000));
  const after = processTree(pid);
  const seconds = (performance.now() - started) / 1000;
  let total = 0;
  for (const member of after) {
    const cores = (member.cpuSeconds - (before.get(member.pid) ?? 0)) / seconds;
    total += cores;
    console.log(
      `${what.padEnd(8)} ${member.kind.padEnd(12)} ${(cores * 100).toFixed(2).padStart(6)} % of a core, PSS ${(member.pssBytes / 2 ** 20).toFixed(0)} MiB`,
    );
  }
  console.log(`${what.padEnd(8)} all          ${(total * 100).toFixed(2).padStart(6)} % of a core`);
}
