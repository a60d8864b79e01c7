import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RawSample } from "../core/sample/raw-sample.ts";
import { type Engine, startEngine } from "./engine.ts";
import { bundleWorkers } from "./testing/bundle.ts";
import { anyPython, program, startProgram, stopPrograms } from "./testing/pythons.ts";

const PRINTER = path.join(import.meta.dirname, "testing", "sample-printer.ts");
const PYTHON_PACKAGES = path.join(import.meta.dirname, "..", ".cache", "python");
const python = anyPython();
const onLinux = process.platform === "linux";
const psutil = spawnSync("python3", ["-c", "import psutil"], { env: psutilEnvironment() }).status === 0;

interface Printed {
  readonly statuses: readonly string[];
  readonly samples: number;
  readonly pids: readonly number[];
  readonly runtimes: readonly { readonly pid: number; readonly threadCount: number; readonly version: string | null }[];
}

let bundle: Awaited<ReturnType<typeof bundleWorkers>>;

function psutilEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONPATH: PYTHON_PACKAGES };
}

/** Runs an engine in a program of its own, through a shell command that ends in `exec "$@"`. */
async function printed(shell: string, seconds: number): Promise<Printed> {
  const args = [process.execPath, path.join(bundle.folder, "printer.cjs"), bundle.folder, `${seconds}`];
  const child = spawn("sh", ["-c", shell, "sh", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect({ code, errors: errors.replaceAll(/^.*(Warning|Use `node).*$/gm, "").trim() }).toEqual({
    code: 0,
    errors: "",
  });
  return JSON.parse(output) as Printed;
}

async function start(threadScope: "runtimes" | "all" = "runtimes", intervalMs = 200): Promise<Engine> {
  return startEngine({ intervalMs, workersDirectory: bundle.folder, threadScope, programVersion: "0", probe: true });
}

/** Waits until a condition holds, asked after each change. */
function until(engine: Engine, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (holds()) return resolve();
    const stop = engine.onChange(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
  });
}

function newest(engine: Engine): RawSample {
  return engine.history.samples(0, Number.MAX_SAFE_INTEGER).at(-1)!;
}

beforeAll(async () => {
  bundle = await bundleWorkers({ printer: PRINTER });
}, 60_000);

afterEach(stopPrograms);

afterAll(() => bundle.remove());

describe.skipIf(!onLinux)("the engine", () => {
  it("takes its first sample at once and stops cleanly", async () => {
    const engine = await start();
    await until(engine, () => engine.frame() !== null);
    expect(engine.status()).toEqual({ state: "live" });
    expect(engine.capabilities().length).toBeGreaterThan(0);
    await engine.stop();
    expect(engine.status().state).toBe("stopped");
    const { sequence } = newest(engine);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(newest(engine).sequence).toBe(sequence);
  });

  it("starts a crashed worker again, says so, and uses no row id twice", async () => {
    const folder = path.join(bundle.folder, "crashing");
    fs.mkdirSync(folder);
    fs.copyFileSync(path.join(bundle.folder, "sampler-probe.cjs"), path.join(folder, "sampler-probe.cjs"));
    const worker = fs.readFileSync(path.join(bundle.folder, "sampler-tables.cjs"), "utf8");
    const crash = "setTimeout(() => { throw new Error('crash of the test'); }, 1500);\n";
    fs.writeFileSync(path.join(folder, "sampler-tables.cjs"), crash + worker);
    const engine = await startEngine({
      intervalMs: 200,
      workersDirectory: folder,
      threadScope: "runtimes",
      programVersion: "0",
      probe: false,
    });
    const reasons: string[] = [];
    engine.onChange(() => {
      const status = engine.status();
      if (status.state === "restarting") reasons.push(status.reason);
    });
    await until(engine, () => engine.frame() !== null);
    const before = newest(engine);
    const lastRowId = before.processes.rowId.at(-1)!;
    await until(engine, () => reasons.length > 0);
    await until(engine, () => engine.status().state === "live" && newest(engine).processes.rowId[0]! > lastRowId);
    expect(reasons[0]).toContain("crash of the test");
    await engine.stop();
  });

  it("says that it stopped when a worker cannot be kept alive", async () => {
    const folder = path.join(bundle.folder, "broken");
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "sampler-tables.cjs"), "throw new Error('broken for good');");
    const engine = await startEngine({
      intervalMs: 200,
      workersDirectory: folder,
      threadScope: "runtimes",
      programVersion: "0",
      probe: false,
    });
    await until(engine, () => engine.status().state === "stopped");
    expect(engine.status()).toMatchObject({ reason: expect.stringContaining("broken for good") });
  });
});

describe.skipIf(!onLinux || python === null)("a Python program", () => {
  const LAZY = program(
    "def work():\n  while True: time.sleep(0.01)\nfor i in range(4):\n  t = threading.Thread(target=work); t.daemon = True; t.start()\nready()\ntime.sleep(50)",
  );
  const busy = program(
    "def work():\n  while True:\n    for i in range(1000): pass\nfor i in range(4):\n  t = threading.Thread(target=work); t.daemon = True; t.start()\nready()\ntime.sleep(50)",
  );

  it("is seen with its threads, and what they wait for", async () => {
    const target = await startProgram(python!.executable, busy);
    const engine = await start();
    engine.setAttention({ selectedRowId: null, visible: true });
    const runtime = () => engine.frame()?.runtimes.find(({ pid }) => pid === target.pid);
    await until(engine, () => (runtime()?.probePasses ?? 0) > 10);
    expect(runtime()).toMatchObject({ threadCount: 5, threadRows: 5 });
    const sample = newest(engine);
    const regions = new Set(
      [...sample.probeCounts.observationId]
        .map((id) => sample.observations[id]!)
        .filter(({ kind, timed, syscall }) => kind === "syscall" && timed && syscall === 202)
        .map(({ region }) => region),
    );
    if (process.arch === "x64") expect(regions).toContain("runtime-data");
    await engine.stop();
    await target.stop();
  });

  it("is not probed while nobody looks", async () => {
    const target = await startProgram(python!.executable, busy);
    const engine = await start();
    engine.setAttention({ selectedRowId: null, visible: false });
    await until(engine, () => (engine.frame()?.sequence ?? 0) > 5);
    expect(newest(engine).plan.targets).toEqual([]);
    await engine.stop();
    await target.stop();
  });

  it("is seen where the program may open 64 files only", async () => {
    const targets = await Promise.all(Array.from({ length: 6 }, () => startProgram(python!.executable, LAZY)));
    const answer = await printed('ulimit -n 64 && exec "$@"', 4);
    for (const target of targets) {
      expect(answer.runtimes.find(({ pid }) => pid === target.pid)).toMatchObject({
        threadCount: 5,
        version: python!.version,
      });
    }
    expect(answer.statuses).not.toContain("restarting");
    expect(answer.samples).toBeGreaterThan(3);
    for (const target of targets) await target.stop();
  }, 40_000);
});

describe.skipIf(!onLinux || !psutil || python === null)("psutil agrees", () => {
  const JUDGE = [
    "import json, sys, time, psutil",
    "for line in sys.stdin:",
    "  rows = []",
    "  for pid in json.loads(line):",
    "    p = psutil.Process(pid); t = p.cpu_times()",
    "    rows.append([pid, time.monotonic() * 1000, t.user + t.system, p.memory_info().rss, sorted(x.id for x in p.threads())])",
    "  print(json.dumps(rows)); sys.stdout.flush()",
  ].join("\n");
  type Row = readonly [pid: number, atMs: number, cpuSeconds: number, rssBytes: number, tids: readonly number[]];

  function ours(engine: Engine, targets: readonly { readonly pid: number }[]): readonly Row[] {
    const { processes, threads } = newest(engine);
    return targets.map(({ pid }) => {
      const row = processes.pid.indexOf(pid);
      const tids = [...threads.tid].filter((_, i) => threads.processRowId[i] === processes.rowId[row]);
      return [
        pid,
        processes.readAtMs[row]!,
        processes.cpuSeconds[row]!,
        processes.rssBytes[row]!,
        tids.sort((a, b) => a - b),
      ];
    });
  }

  /** The last answer of psutil before a moment and the first after it: the truth lies between. */
  function cpuAround(history: readonly Row[], atMs: number): { readonly least: number; readonly most: number } {
    const next = history.findIndex((row) => row[1] >= atMs);
    const before = history[next - 1];
    const after = history[next];
    if (before === undefined || after === undefined) throw new Error("asked for a moment that psutil did not see");
    return { least: before[2], most: after[2] };
  }

  it("on CPU, memory and threads", async () => {
    const bodies = [
      "ready()\nwhile True: pass",
      "ready()\nwhile True:\n  end = time.time() + 0.03\n  while time.time() < end: pass\n  time.sleep(0.07)",
      "x = bytearray(50000000)\nfor i in range(9):\n  t = threading.Thread(target=time.sleep, args=(50,)); t.daemon = True; t.start()\nready()\ntime.sleep(50)",
    ];
    const targets = await Promise.all(bodies.map((body) => startProgram(python!.executable, program(body))));
    const judge = spawn("python3", ["-c", JUDGE], { env: psutilEnvironment() });
    const answers = createInterface({ input: judge.stdout })[Symbol.asyncIterator]();
    const ask = async (): Promise<readonly Row[]> => {
      judge.stdin.write(`${JSON.stringify(targets.map(({ pid }) => pid))}\n`);
      return JSON.parse((await answers.next()).value) as readonly Row[];
    };
    const engine = await start("all");
    const theirs: (readonly Row[])[] = [await ask()];
    const asked = Math.max(...theirs[0]!.map((row) => row[1]));
    await until(
      engine,
      () => (engine.frame()?.sequence ?? 0) > 1 && ours(engine, targets).every((row) => row[1] > asked),
    );
    theirs.push(await ask());
    const from = ours(engine, targets);
    while (ours(engine, targets)[0]![1] < from[0]![1] + 3000) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      theirs.push(await ask());
    }
    const to = ours(engine, targets);
    const last = await ask();
    theirs.push(last);
    for (let i = 0; i < targets.length; i += 1) {
      const seconds = (to[i]![1] - from[i]![1]) / 1000;
      const our = (to[i]![2] - from[i]![2]) / seconds;
      const history = theirs.map((rows) => rows[i]!);
      const [start, end] = [cpuAround(history, from[i]![1]), cpuAround(history, to[i]![1])];
      expect(our).toBeGreaterThan((end.least - start.most) / seconds - 0.02);
      expect(our).toBeLessThan((end.most - start.least) / seconds + 0.02);
      const [, , , rss, tids] = to[i]!;
      expect(Math.abs(rss - last[i]![3]) / rss).toBeLessThan(0.01);
      expect(tids).toEqual(last[i]![4]);
    }
    judge.stdin.end();
    await engine.stop();
    for (const target of targets) await target.stop();
  });
});
