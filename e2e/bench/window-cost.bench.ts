import { spawn } from "node:child_process";
import { join } from "node:path";
import { processTree } from "../harness/process-tree.ts";
import { closeProgram, startProgram, test } from "../harness/program.ts";
import { defaultPython } from "../harness/pythons.ts";

const MEASURED_SECONDS = 30;
const SETTLING_SECONDS = 15;
const CROWD = { runtimes: 480, threads: 2100, active: 20 } as const;

test("what the visible and the hidden window cost beside a crowd", async () => {
  test.setTimeout(240_000);
  const crowd = spawn(defaultPython(), [join(__dirname, "crowd.py"), ...Object.values(CROWD).map(String), "200"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const program = await startProgram();
  try {
    const { page, app } = program;
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByTestId("runtime-row").first().waitFor();
    const pid = app.process().pid ?? 0;
    await page.waitForTimeout(SETTLING_SECONDS * 1000);
    console.log(`${CROWD.runtimes} runtimes, ${CROWD.threads} threads, ${CROWD.active} active, one sample a second`);
    await page.getByTestId("runtime-row").first().click();
    await page.waitForTimeout(2000);
    await measure("visible", pid);
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await measure("hidden", pid);
  } finally {
    await closeProgram(program);
    if (crowd.exitCode === null) {
      for (const { pid } of processTree(crowd.pid ?? 0)
        .slice()
        .reverse())
        process.kill(pid, "SIGKILL");
    }
  }
});

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
