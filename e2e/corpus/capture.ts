import { mkdirSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RecordingEncoder } from "../../core/recording/encoder.ts";
import type { ProcessColumns, RawSample, ThreadColumns } from "../../core/sample/raw-sample.ts";
import { startEngine } from "../../sampler/engine.ts";
import { defaultPython } from "../harness/pythons.ts";
import { runMain } from "../harness/run-main.ts";
import { startTarget } from "../harness/target.ts";
import { readLabels } from "../harness/target-label.ts";

/**
 * Captures real programs for the golden replays: `npm run captures -- NAME…`.
 * Each file holds the target and its children only, and nothing that names this machine, its user or its folders.
 */
const CAPTURED_SECONDS = 9;

async function main(): Promise<void> {
  const folder = join(process.cwd(), "core", "testing", "captures");
  mkdirSync(folder, { recursive: true });
  const names = process.argv.slice(2);
  const labels = readLabels(join(process.cwd(), "e2e", "targets")).filter(({ name }) => names.includes(name));
  const python = defaultPython();
  for (const label of labels) {
    const target = await startTarget(label, python, CAPTURED_SECONDS + 10);
    const engine = await startEngine({
      intervalMs: 1000,
      workersDirectory: __dirname,
      threadScope: "runtimes",
      programVersion: "capture",
      probe: true,
    });
    await sleep(CAPTURED_SECONDS * 1000);
    const samples = engine.history.samples(0, Number.MAX_SAFE_INTEGER);
    await engine.stop();
    await target.stop();
    const encoder = new RecordingEncoder(engine.header);
    const rows = rowsOf(samples, target.pid);
    const lines = [encoder.headerLine, ...samples.map((sample) => encoder.encode(only(sample, rows)))];
    const path = join(folder, `${label.name}.gilscope`);
    writeFileSync(path, nameless(`${lines.join("\n")}\n`, python));
    console.log(`captured ${samples.length} samples of ${label.name}`);
  }
}

/** Row ids of a process and everything that ever ran below it. */
function rowsOf(samples: readonly RawSample[], rootPid: number): ReadonlySet<number> {
  const rows = new Set<number>();
  for (const { processes } of samples) {
    const pids = new Set<number>([rootPid]);
    for (let grew = true; grew; ) {
      grew = false;
      for (let i = 0; i < processes.length; i += 1) {
        const pid = processes.pid[i] ?? 0;
        if (!pids.has(pid) && pids.has(processes.parentPid[i] ?? 0)) {
          pids.add(pid);
          grew = true;
        }
      }
    }
    for (let i = 0; i < processes.length; i += 1)
      if (pids.has(processes.pid[i] ?? 0)) rows.add(processes.rowId[i] ?? 0);
  }
  return rows;
}

function only(sample: RawSample, rows: ReadonlySet<number>): RawSample {
  const threads = pick<ThreadColumns>(sample.threads, (i) => rows.has(sample.threads.processRowId[i] ?? 0));
  const threadRows = new Set(threads.rowId);
  return {
    ...sample,
    processes: pick<ProcessColumns>(sample.processes, (i) => rows.has(sample.processes.rowId[i] ?? 0)),
    threads,
    processDetails: sample.processDetails.filter(({ rowId }) => rows.has(rowId)),
    threadDetails: sample.threadDetails.filter(({ rowId }) => threadRows.has(rowId)),
    probes: sample.probes.filter(({ processRowId }) => rows.has(processRowId)),
    probeCounts: pick(sample.probeCounts, (i) => threadRows.has(sample.probeCounts.threadRowId[i] ?? 0)),
    gils: sample.gils.filter(({ processRowId }) => rows.has(processRowId)),
    plan: { targets: sample.plan.targets.filter(({ processRowId }) => rows.has(processRowId)) },
  };
}

/** The rows of a table that a test of their place lets through. */
function pick<Columns extends { readonly length: number }>(table: Columns, keep: (index: number) => boolean): Columns {
  const kept = Array.from({ length: table.length }, (_, index) => index).filter(keep);
  const columns = Object.entries(table).map(([name, column]) => {
    if (name === "length") return [name, kept.length];
    const source = column as unknown as Float64Array;
    const Column = source.constructor as new (length: number) => Float64Array;
    const picked = new Column(kept.length);
    kept.forEach((from, to) => {
      picked[to] = source[from] ?? 0;
    });
    return [name, picked];
  });
  return Object.fromEntries(columns) as Columns;
}

function nameless(text: string, python: string): string {
  return text
    .replaceAll(dirname(python), "/usr/bin")
    .replaceAll(process.cwd(), "/home/user/work")
    .replaceAll(`"userName":"${userInfo().username}"`, '"userName":"user"')
    .replaceAll(`"hostName":"${hostname()}"`, '"hostName":"workstation"');
}

runMain(main);
