import { readdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { newerPyPy } from "../../testing/pythons.ts";
import { type GilProbe, GilProbes } from "./gil-probe.ts";
import { ModuleCache, type ModuleFacts } from "./module.ts";
import { installedInterpreters, KNOWN_MINORS, pause, startPython, type Target } from "./testing/python-targets.ts";
import { versionFromBanner } from "./version.ts";

const interpreters = installedInterpreters();
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function started(path: string, code: string): Promise<Target> {
  const target = await startPython(path, code);
  stops.push(target.stop);
  return target;
}

function attached(target: Target, probes = new GilProbes()): GilProbe {
  const outcome = probes.attach(target.pid, target.startTicks);
  if (!outcome.ok) throw new Error(`not attached: ${JSON.stringify(outcome.failure)}`);
  stops.push(() => outcome.probe.close());
  return outcome.probe;
}

interface Tally {
  readonly heldRatio: number;
  readonly switches: number;
  readonly holders: ReadonlyMap<number | null, number>;
  readonly intervalMs: number;
}

/** Samples the main interpreter's GIL at random gaps. */
function tally(probe: GilProbe, samples = 150): Tally {
  const holders = new Map<number | null, number>();
  let held = 0;
  let first = Number.NaN;
  let last = Number.NaN;
  let intervalMs = Number.NaN;
  for (let index = 0; index < samples; index += 1) {
    pause(Math.random() * 4);
    const outcome = probe.sample();
    const gil = outcome.ok ? outcome.gils[0] : undefined;
    if (gil === undefined) throw new Error(`sample failed: ${JSON.stringify(outcome)}`);
    if (index === 0) first = gil.switchNumber;
    last = gil.switchNumber;
    intervalMs = gil.intervalMs;
    if (!gil.held) continue;
    held += 1;
    holders.set(gil.holderTid, (holders.get(gil.holderTid) ?? 0) + 1);
  }
  return { heldRatio: held / samples, switches: last - first, holders, intervalMs };
}

function threadsOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).map(Number);
}

/** Hides every symbol and the section of the runtime, as a stripped static build does. */
class BlindCache extends ModuleCache {
  override factsOf(descriptor: number, key: string): ModuleFacts | null {
    const facts = super.factsOf(descriptor, key);
    if (facts === null) return null;
    const symbols = new Map([...facts.symbols].filter(([name]) => name === "_thread_db_pthread_tid"));
    return { ...facts, symbols, runtimeSection: null };
  }
}

for (const minor of KNOWN_MINORS) {
  if (interpreters.some((interpreter) => interpreter.minor === minor)) continue;
  it.skip(`CPython ${minor} is not on this machine`, () => undefined);
}

const pypy = newerPyPy();

it.skipIf(pypy === null)("PyPy is told apart from a CPython that can't be read", async () => {
  const target = await started(pypy ?? "", "start(busy)\nready()\nforever()");
  const outcome = new GilProbes().attach(target.pid, target.startTicks);
  expect(outcome).toEqual({ ok: false, failure: { reason: "no-runtime" } });
  const banner = "\x003.11.17 (8.0.1+dfsg-1, Oct 14 2026, 14:02:02)\n[PyPy 8.0.1 with GCC 16.2.0]\0";
  expect(versionFromBanner(banner)).toBeNull();
  expect(versionFromBanner(banner.replace("PyPy 8.0.1 with ", ""))).toMatchObject({ minor: 11, micro: 17 });
});

describe.each(interpreters)("CPython $minor at $path", ({ minor, path }) => {
  const hasNewGil = minor !== "2.7";

  it("names version, threads and holders of four computing threads", async () => {
    const target = await started(path, "for _ in range(4): start(busy)\nready(sys.version.split()[0])\nforever()");
    const probe = attached(target);
    expect(`ready ${probe.versionText}`).toBe(target.firstLine);
    expect(probe.freeThreaded).toBe(false);
    const threads = probe.threads();
    expect(threads.map((thread) => thread.tid).sort()).toEqual([...threadsOf(target.pid)].sort());
    const seen = tally(probe);
    // Nearly always on a quiet machine; on a busy one it also lies free until the thread whose turn it is gets a CPU.
    expect(seen.heldRatio).toBeGreaterThan(0.3);
    const workers = threadsOf(target.pid).filter((tid) => tid !== target.pid);
    expect(workers.filter((tid) => seen.holders.has(tid)).length).toBeGreaterThan(1);
    for (const holder of seen.holders.keys()) expect([...workers, target.pid]).toContain(holder);
    if (hasNewGil) expect(seen.intervalMs).toBe(5);
    if (hasNewGil) expect(seen.switches).toBeGreaterThan(1);
  });

  it("sees one thread hold it for ever in a C call that sleeps", async () => {
    const code = `
def hold():
    time.sleep(0.2)
    ctypes.PyDLL(None).sleep(15)
start(hold)
ready()
time.sleep(30)
`;
    const target = await started(path, `import ctypes${code}`);
    const probe = attached(target);
    pause(400);
    const seen = tally(probe, 60);
    const worker = threadsOf(target.pid).find((tid) => tid !== target.pid);
    expect(seen.heldRatio).toBe(1);
    expect([...seen.holders.keys()]).toEqual([worker]);
    if (hasNewGil) expect(seen.switches).toBe(0);
  });

  it("sees one worker among sleepers hold it alone", async () => {
    const target = await started(path, "for _ in range(3): start(forever)\nstart(busy)\nready()\ntime.sleep(30)");
    const probe = attached(target);
    const seen = tally(probe);
    const most = Math.max(...seen.holders.values());
    const held = [...seen.holders.values()].reduce((sum, count) => sum + count, 0);
    expect(seen.heldRatio).toBeGreaterThan(0.3);
    expect(most / held).toBeGreaterThan(0.8);
  });

  it("sees it free while everybody sleeps", async () => {
    const target = await started(path, "for _ in range(3): start(lambda: time.sleep(30))\nready()\ntime.sleep(30)");
    const seen = tally(attached(target));
    expect(seen.heldRatio).toBeLessThan(0.05);
  });

  it.skipIf(minor === "2.7" || minor === "3.6")("is found without any symbol", async () => {
    const target = await started(path, "for _ in range(2): start(busy)\nready()\nforever()");
    const probes = new GilProbes("/proc", new BlindCache());
    const blind = attached(target, probes);
    const seeing = attached(target);
    expect(blind.location.foundBy).toBe("scan");
    expect(blind.threads()).toEqual(seeing.threads());
    expect(tally(blind, 60).heldRatio).toBeGreaterThan(0.3);
    expect(attached(target, probes).threads()).toEqual(seeing.threads());
  });
});
