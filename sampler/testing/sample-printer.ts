import type { ProcessDetail } from "../../core/sample/raw-sample.ts";
import { startEngine } from "../engine.ts";

/**
 * Runs an engine in a process of its own for some seconds and prints, as one line of JSON, what its last sample held.
 * Usage: sample-printer WORKERS_DIRECTORY SECONDS
 */
const [workersDirectory = "", seconds = "3"] = process.argv.slice(2);

async function main(): Promise<void> {
  const engine = await startEngine({
    intervalMs: 500,
    workersDirectory,
    threadScope: "runtimes",
    programVersion: "0",
    probe: true,
  });
  engine.setAttention({ selectedRowId: null, visible: true });
  const statuses: string[] = [];
  engine.onChange(() => {
    const { state } = engine.status();
    if (statuses.at(-1) !== state) statuses.push(state);
  });
  await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
  const last = engine.history.latest();
  const samples = engine.history.samples(0, Number.MAX_SAFE_INTEGER);
  const details = new Map<number, ProcessDetail>();
  for (const sample of samples) for (const detail of sample.processDetails) details.set(detail.rowId, detail);
  const raw = samples.at(-1);
  await engine.stop();
  process.stdout.write(
    `${JSON.stringify({
      statuses,
      samples: samples.length,
      pids: raw === undefined ? [] : [...raw.processes.pid],
      runtimes:
        last?.runtimes.map(({ pid, threadCount, python }) => ({ pid, threadCount, version: python.version })) ?? [],
      rssBytes: process.memoryUsage.rss(),
    })}\n`,
  );
}

void main();
