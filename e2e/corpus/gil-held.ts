import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Engine, startEngine } from "../../sampler/engine.ts";
import { messageOf, runMain } from "../harness/run-main.ts";
import { startForeignLoad } from "../harness/target.ts";
import { parseOptions } from "./options.ts";
import { installPackages } from "./packages.ts";
import { pySpyHeldRatio } from "./py-spy.ts";
import { type CorpusPython, corpusPythons } from "./pythons.ts";
import { type HeldResult, recorderTo, reopenResults, type Skip } from "./result.ts";
import { sessionFacts } from "./session.ts";

const values = parseOptions({
  python: { type: "string", default: "3.12" },
  load: { type: "boolean", default: false },
  minutes: { type: "string" },
  results: { type: "string", default: join(".cache", "verdicts.ndjson") },
  packages: { type: "string", default: join(".cache", "peers") },
  duties: { type: "string", default: "0.05,0.3,0.7,0.95" },
  periods: { type: "string", default: "20,5,100,10" },
});

const RATE_HZ = 100;
/** Long enough to be found by a sampler at which nobody looks, which takes a sample every two seconds. */
const SETTLE_MS = 3000;
const OWN_SECONDS = 5;
const PEER_SECONDS = 3;
/** What runs inside the program needs a program of its own; a few periods show it. */
const INSIDE_PERIODS: readonly number[] = [20];
const INSIDE_SECONDS = 4;
/** Its usual rate: slower, it hardly ever meets anybody. */
const GILKNOCKER_HZ = 1000;
const LOAD_PROGRAMS = 2;

type Condition = HeldResult["condition"];

/** Compares the held ratio with programs whose duty is known, beside others who measure it. */
async function main(): Promise<void> {
  const known = reopenResults(values.results);
  const { record, skip } = recorderTo(values.results);
  const [python] = corpusPythons([values.python], skip);
  if (python === undefined) return;
  record(sessionFacts(["gil", "--", ...process.argv.slice(2)]));
  const folders = installPackages(python, values.packages, ["py-spy", "gilknocker", "gil_load"], skip);
  const usable = new Map(
    [...folders].filter(([who, folder]) => who === "py-spy" || imports(python, who, folder, skip)),
  );
  const engine = await startEngine({
    intervalMs: 1000,
    workersDirectory: __dirname,
    threadScope: "runtimes",
    programVersion: "bench",
    probe: true,
  });
  const condition: Condition = values.load ? "load" : "quiet";
  const deadline = performance.now() + Number(values.minutes ?? 60) * 60_000;
  const keyOf = (result: Pick<HeldResult, "who" | "duty" | "periodMs" | "condition" | "python">): string =>
    [result.who, result.duty, result.periodMs, result.condition, result.python].join(" ");
  const done = new Set(known.flatMap((result) => (result.kind === "held" ? [keyOf(result)] : [])));
  console.log("who                      rate   duty  period    truth  measured     miss");
  const keep = (result: HeldResult): void => {
    record(result);
    console.log(
      `${result.who.padEnd(22)} ${`${result.rateHz} Hz`.padStart(7)} ${percent(result.duty)} ${`${result.periodMs} ms`.padStart(7)} ${percent(result.truth)}  ${percent(result.measured)} ${percent(Math.abs(result.measured - result.truth))}`,
    );
  };
  for (const periodMs of values.periods.split(",").map(Number)) {
    for (const duty of values.duties.split(",").map(Number)) {
      const facts = { python: python.version, condition, duty, periodMs };
      if (performance.now() > deadline || done.has(keyOf({ who: "gilscope", ...facts }))) continue;
      const stopLoad = startForeignLoad(condition === "load" ? LOAD_PROGRAMS : 0, 60);
      try {
        for (const result of await outside(engine, python, facts, folders.get("py-spy"))) keep(result);
        for (const who of INSIDE_PERIODS.includes(periodMs) ? ["gilknocker", "gil_load"] : []) {
          const folder = usable.get(who);
          if (folder !== undefined) keep(await inside(python, facts, who, folder));
        }
      } catch (error) {
        skip(`duty ${duty} of ${periodMs} ms`, messageOf(error));
      }
      stopLoad();
    }
  }
  await engine.stop();
}

/** Whether a package not only installs but also loads. */
function imports(python: CorpusPython, name: string, folder: string, skip: Skip): boolean {
  const { status, stderr } = spawnSync(python.path, ["-c", `import ${name}`], {
    env: { ...process.env, PYTHONPATH: folder },
    encoding: "utf8",
  });
  if (status === 0) return true;
  skip(`${name} on Python ${python.version}`, `it installs but does not load: ${stderr.trim().split("\n").pop()}`);
  return false;
}

type Facts = Pick<HeldResult, "python" | "condition" | "duty" | "periodMs">;

/** This program, then py-spy in both modes, on one process. */
async function outside(
  engine: Engine,
  python: CorpusPython,
  facts: Facts,
  pySpy: string | undefined,
): Promise<readonly HeldResult[]> {
  const seconds = SETTLE_MS / 1000 + OWN_SECONDS + 2 * (PEER_SECONDS + 2);
  const program = startDuty(python, facts, seconds);
  try {
    await sleep(SETTLE_MS);
    const row = (): ReturnType<typeof find> => find(engine, program.child);
    engine.setAttention({ visible: true, selectedRowId: row()?.rowId ?? null });
    const before = program.books();
    await sleep(OWN_SECONDS * 1000 + 300);
    const truth = ratioBetween(before, program.books());
    const runtime = row();
    engine.setAttention({ visible: false, selectedRowId: null });
    if (runtime === null || !runtime.gilHeldRatio.known) throw new Error("the GIL could not be read");
    const error = runtime.gils[0]?.heldStandardError;
    const own: HeldResult = {
      ...facts,
      kind: "held",
      who: "gilscope",
      rateHz: Math.round(runtime.probeRateHz),
      truth,
      measured: runtime.gilHeldRatio.value,
      standardError: error?.known === true ? error.value : null,
    };
    if (pySpy === undefined) return [own];
    const results = [own];
    for (const mode of ["blocking", "nonblocking"] as const) {
      const begun = program.books();
      const pid = program.child.pid ?? 0;
      const measured = await pySpyHeldRatio(join(pySpy, "bin", "py-spy"), pid, RATE_HZ, PEER_SECONDS, mode);
      const during = ratioBetween(begun, program.books());
      const who = `py-spy --gil, ${mode}`;
      results.push({ ...facts, kind: "held", who, rateHz: RATE_HZ, truth: during, measured, standardError: null });
    }
    return results;
  } finally {
    await program.stop();
  }
}

/** A package that measures from inside the program. */
async function inside(python: CorpusPython, facts: Facts, who: string, folder: string): Promise<HeldResult> {
  const rateHz = who === "gilknocker" ? GILKNOCKER_HZ : RATE_HZ;
  const program = startDuty(python, facts, INSIDE_SECONDS, {
    before: who === "gil_load" ? ["-m", "gil_load"] : [],
    after: [who, String(rateHz)],
    environment: { PYTHONPATH: folder },
  });
  try {
    while (program.books()[0] === 0 && program.child.exitCode === null) await sleep(50);
    const before = program.books();
    const output = await program.output;
    const truth = ratioBetween(before, program.books());
    if (Number.isNaN(Number.parseFloat(output))) throw new Error(`${who} gave no figure`);
    return { ...facts, kind: "held", who, rateHz, truth, measured: Number(output), standardError: null };
  } finally {
    await program.stop();
  }
}

interface Duty {
  readonly child: ChildProcess;
  /** Its clock and for how long it had been busy by then, seconds. */
  books(): readonly [atSeconds: number, busySeconds: number];
  /** Everything it printed, once it has ended. */
  readonly output: Promise<string>;
  stop(): Promise<void>;
}

function startDuty(
  python: CorpusPython,
  { duty, periodMs }: Facts,
  seconds: number,
  more: {
    readonly before: readonly string[];
    readonly after: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  } = { before: [], after: [], environment: {} },
): Duty {
  const folder = mkdtempSync(join(tmpdir(), "gilscope-duty-"));
  const path = join(folder, "books");
  writeFileSync(path, Buffer.alloc(16));
  const script = join(process.cwd(), "e2e", "corpus", "duty.py");
  const child = spawn(
    python.path,
    [...more.before, script, `${duty}`, `${periodMs}`, `${seconds}`, path, ...more.after],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...more.environment, PYTHONDONTWRITEBYTECODE: "1" },
    },
  );
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const output = new Promise<string>((resolve, reject) => {
    child.once("close", () => resolve(text));
    child.once("error", reject);
  });
  return {
    child,
    output,
    books: () => {
      const buffer = readFileSync(path);
      return [buffer.readDoubleLE(0), buffer.readDoubleLE(8)];
    },
    stop: async () => {
      child.kill("SIGKILL");
      await output.catch(() => "");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The books are written while it is busy, so both moments lie at the end of some busy stretch. */
function ratioBetween(older: readonly [number, number], newer: readonly [number, number]): number {
  return (newer[1] - older[1]) / (newer[0] - older[0]);
}

function find(engine: Engine, child: ChildProcess) {
  return engine.frame()?.runtimes.find(({ pid }) => pid === child.pid) ?? null;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`.padStart(8);
}

runMain(main);
