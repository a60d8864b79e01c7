import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUSY_MACHINE } from "../core/testing/scenarios.ts";
import { exportContent } from "../sampler/export/content.ts";
import { simulatedEngine } from "../sampler/testing/simulated-engine.ts";
import { TEXT_EXPORTERS } from "./exporters.ts";
import { READERS, readWithPython } from "./testing/readers.ts";

let folder = "";
let runtimePids: number[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gilscope-readers-"));
  const engine = simulatedEngine();
  for (let second = 0; second < 10; second += 1) engine.step(BUSY_MACHINE);
  const { header, history } = engine;
  runtimePids = engine.frame()?.runtimes.map(({ pid }) => pid) ?? [];
  for (const [format, name] of [
    ["json", "run.json"],
    ["csv-runtimes", "run-runtimes.csv"],
    ["csv-threads", "run-threads.csv"],
  ] as const) {
    const exporter = TEXT_EXPORTERS[format];
    const content = await exportContent({ header, history, exporter, redact: true, untilWallMs: null, rowId: null });
    await writeFile(join(folder, name), content?.body ?? "");
  }
});

afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(READERS.pythonFolder === null)("pandas (from PyPI, which npm test installs)", () => {
  it("reads tables and snapshots in the one line that docs/exports.md has for each", async () => {
    const document = await readFile("docs/exports.md", "utf8");
    const lines = [...document.matchAll(/```python\n(.*)\n```/g)].map(([, line]) => line ?? "");
    expect(lines).toHaveLength(5);
    const [imports, ...reads] = lines;
    const shown = reads.map((line) => {
      const name = line.split(" = ", 1)[0];
      return `${line}\nfound.append({"rows": len(${name}), "columns": list(${name}.columns), "cpu": str(${name}["cpuCores"].dtype), "sum": float(${name}["cpuCores"].sum()), "pids": sorted({int(pid) for pid in ${name}["diagnoses.pid" if "diagnoses.pid" in ${name} else "pid"]})})`;
    });
    const code = `import os, sys\n${imports}\nos.chdir(sys.argv[1])\nfound = []\n${shown.join("\n")}\nprint(json.dumps(found))`;
    const found = JSON.parse(await readWithPython(code, [folder])) as readonly {
      readonly rows: number;
      readonly columns: readonly string[];
      readonly cpu: string;
      readonly sum: number;
      readonly pids: readonly number[];
    }[];
    const [runtimes, threads, runtimesAgain, threadsAgain] = found;
    const pids = runtimePids.sort((a, b) => a - b);
    for (const { cpu } of found) expect(cpu).toBe("float64");
    expect(runtimes?.pids).toEqual(pids);
    expect(runtimesAgain).toMatchObject({ rows: runtimes?.rows, pids: runtimes?.pids });
    expect(threadsAgain).toMatchObject({ rows: threads?.rows, pids: threads?.pids });
    expect(runtimesAgain?.sum).toBeCloseTo(runtimes?.sum ?? 0, 6);
    expect(threadsAgain?.sum).toBeCloseTo(threads?.sum ?? 0, 6);
    expect(threads?.columns).toEqual(expect.arrayContaining(["tid", "gilWait", "gilBound"]));
  }, 60_000);
});
