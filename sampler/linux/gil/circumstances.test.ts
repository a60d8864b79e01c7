import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type GilProbe, GilProbes } from "./gil-probe.ts";
import {
  type Interpreter,
  installedInterpreters,
  pause,
  startPython,
  startTicksOf,
  type Target,
} from "./testing/python-targets.ts";

const interpreters = installedInterpreters();
const newest = interpreters.filter(({ minor }) => /^3\.(8|9|1\d)$/.test(minor)).at(-1);
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function started(path: string, code: string, options: Parameters<typeof startPython>[2] = {}): Promise<Target> {
  const target = await startPython(path, code, options);
  stops.push(target.stop);
  return target;
}

function attached(pid: number, startTicks: number): GilProbe {
  const outcome = new GilProbes().attach(pid, startTicks);
  if (!outcome.ok) throw new Error(`not attached: ${JSON.stringify(outcome.failure)}`);
  stops.push(() => outcome.probe.close());
  return outcome.probe;
}

/** Who held which interpreter's GIL how often. */
function holders(probe: GilProbe, samples = 80): Record<number, Record<string, number>> {
  const seen: Record<number, Record<string, number>> = {};
  for (let index = 0; index < samples; index += 1) {
    pause(Math.random() * 4);
    const outcome = probe.sample();
    for (const gil of outcome.ok ? outcome.gils : []) {
      const counts = seen[gil.interpreterId] ?? {};
      seen[gil.interpreterId] = counts;
      if (gil.held) counts[String(gil.holderTid)] = (counts[String(gil.holderTid)] ?? 0) + 1;
    }
  }
  return seen;
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(condition()).toBe(true);
}

describe.skipIf(newest === undefined)("a process in odd circumstances", () => {
  const { path } = newest as Interpreter;

  it("is refused when the pid belongs to somebody else by now", async () => {
    const target = await started(path, "ready()\nforever()");
    expect(new GilProbes().attach(target.pid, target.startTicks + 1)).toEqual({
      ok: false,
      failure: { reason: "gone" },
    });
    expect(new GilProbes().attach(2 ** 22 + 1, 0)).toEqual({ ok: false, failure: { reason: "gone" } });
  });

  it("is refused when it is no Python", () => {
    const outcome = new GilProbes().attach(process.pid, startTicksOf(process.pid));
    expect(outcome).toEqual({ ok: false, failure: { reason: "no-runtime" } });
  });

  it("is gone once it has ended, though its memory was open", async () => {
    const target = await started(path, "start(busy)\nready()\nforever()");
    const probe = attached(target.pid, target.startTicks);
    expect(probe.sample().ok).toBe(true);
    target.stop();
    await until(() => !probe.sample().ok);
    expect(probe.sample()).toEqual({ ok: false, reason: "gone" });
    expect(probe.threads()).toEqual([]);
    probe.refresh();
    expect(probe.sample()).toEqual({ ok: false, reason: "gone" });
  });

  it("is gone when it replaces itself, and can be attached anew under the same identity", async () => {
    const target = await started(
      path,
      "ready()\ntime.sleep(0.5)\nos.execv(sys.executable, [sys.executable, '-c', 'import time, signal; signal.alarm(20)\\nwhile True: pass'])",
    );
    const probe = attached(target.pid, target.startTicks);
    await until(() => !probe.sample().ok);
    expect(probe.sample()).toEqual({ ok: false, reason: "gone" });
    await until(() => new GilProbes().attach(target.pid, target.startTicks).ok);
    expect(Object.keys(holders(attached(target.pid, target.startTicks))[0] ?? {})).toEqual([String(target.pid)]);
  });

  it("keeps parent and forked child apart", async () => {
    const target = await started(
      path,
      "start(busy)\ntime.sleep(0.1)\npid = os.fork()\nif pid == 0:\n    signal.alarm(20)\n    busy()\nready(str(pid))\nforever()",
    );
    const child = Number(target.firstLine.split(" ")[1]);
    stops.push(() => process.kill(child, "SIGKILL"));
    await until(() => new GilProbes().attach(child, startTicksOf(child)).ok);
    const probe = attached(child, startTicksOf(child));
    expect(probe.threads().map(({ tid }) => tid)).toEqual([child]);
    expect(Object.keys(holders(probe)[0] ?? {})).toEqual([String(child)]);
    expect(attached(target.pid, target.startTicks).threads()).toHaveLength(2);
  });

  it("is read though its binary was deleted", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gilscope-gil-"));
    stops.push(() => rmSync(folder, { recursive: true, force: true }));
    const library = readdirSync(join(path, "../../lib")).find((name) => /^libpython3\.\d+m?\.so\.1\.0$/.test(name));
    const copy = join(folder, "renamed-program");
    copyFileSync(path, copy);
    if (library !== undefined) copyFileSync(join(path, "../../lib", library), join(folder, library));
    const target = await started(copy, "start(busy)\nready()\nforever()", {
      environment: { LD_LIBRARY_PATH: folder, PYTHONHOME: join(path, "../..") },
    });
    rmSync(folder, { recursive: true });
    expect(attached(target.pid, target.startTicks).threads()).toHaveLength(2);
  });

  it.skipIf(process.getuid?.() !== 0)(
    "names threads by our ids though it lives in another pid and mount namespace",
    async () => {
      const target = await started(path, "start(busy)\nready(str(os.getpid()))\nforever()", {
        before: ["unshare", "--pid", "--mount", "--fork", "--kill-child"],
      });
      expect(target.firstLine).toBe("ready 1");
      const child = Number(readFileSync(`/proc/${target.pid}/task/${target.pid}/children`, "latin1").trim());
      const probe = attached(child, startTicksOf(child));
      const tids = readdirSync(`/proc/${child}/task`).map(Number);
      expect(
        probe
          .threads()
          .map(({ tid }) => tid)
          .sort(),
      ).toEqual(tids.sort());
      const worker = tids.find((tid) => tid !== child);
      expect(holders(probe)[0]?.[String(worker)]).toBeGreaterThan(20);
    },
  );

  it.skipIf(process.getuid?.() !== 0)("is denied to another user", async () => {
    const target = await started(path, "ready()\nforever()");
    process.setegid?.(65534);
    process.seteuid?.(65534);
    try {
      expect(new GilProbes().attach(target.pid, target.startTicks)).toEqual({
        ok: false,
        failure: { reason: "denied" },
      });
    } finally {
      process.seteuid?.(0);
      process.setegid?.(0);
    }
  });
});

const SUB_INTERPRETER = `
try:
    import _xxsubinterpreters as interpreters
    made = interpreters.create()
    run = interpreters.run_string
except ImportError:
    import _interpreters as interpreters
    made = interpreters.create('isolated')
    run = interpreters.exec
code = 'x = 0\\nwhile True:\\n    x += 1'
t = start(lambda: run(made, code))
time.sleep(0.2)
ready('%d %d' % (threading.get_native_id(), t.native_id))
busy()
`;

describe.each(interpreters.filter(({ minor }) => /^3\.1[2-9]$/.test(minor)))(
  "a sub-interpreter with its own GIL, CPython $minor at $path",
  ({ path }) => {
    it("is a GIL of its own with its own holder", async () => {
      const target = await started(path, SUB_INTERPRETER);
      const [, main, worker] = target.firstLine.split(" ");
      const seen = holders(attached(target.pid, target.startTicks));
      expect(Object.keys(seen)).toEqual(["0", "1"]);
      expect(seen[0]?.[String(main)]).toBeGreaterThan(30);
      expect(seen[1]?.[String(worker)]).toBeGreaterThan(30);
      expect(seen[0]?.[String(worker)] ?? 0).toBe(0);
      expect(seen[1]?.[String(main)] ?? 0).toBe(0);
    });
  },
);

const THREADS_INSIDE = `
try:
    import _xxsubinterpreters as interpreters
    made = interpreters.create()
    run = interpreters.run_string
except ImportError:
    import _interpreters as interpreters
    made = interpreters.create('isolated')
    run = interpreters.exec
code = '''
import threading, os
def busy():
    x = 0
    while True: x += 1
threads = [threading.Thread(target=busy) for _ in range(2)]
for t in threads: t.start()
os.write(%d, (' '.join(str(t.native_id) for t in threads)).encode())
busy()
'''
r, w = os.pipe()
t = start(lambda: run(made, code % w))
inside = os.read(r, 100).decode()
ready('%d %s' % (t.native_id, inside))
time.sleep(30)
`;

describe.each(interpreters.filter(({ minor }) => /^3\.1[2-9]$/.test(minor)))(
  "threads that a sub-interpreter started, CPython $minor at $path",
  ({ path }) => {
    it("are named as holders of its GIL", async () => {
      const target = await started(path, THREADS_INSIDE);
      const inside = target.firstLine.split(" ").slice(1);
      expect(inside).toHaveLength(3);
      pause(300);
      const seen = holders(attached(target.pid, target.startTicks), 150);
      expect(Object.keys(seen[1] ?? {}).sort()).toEqual([...inside].sort());
      expect(Object.values(seen[0] ?? {})).toEqual([]);
    });
  },
);

const EMBEDDING = `
#include <Python.h>
int main(int argc, char **argv) {
    wchar_t *arguments[16];
    int i;
    for (i = 0; i < argc && i < 16; i++) arguments[i] = Py_DecodeLocale(argv[i], 0);
    return Py_Main(argc, arguments);
}
`;

/** Static archives that a program can be linked from, beside the interpreters. 3.6 and 3.7 extension modules pull in the shared library as well. */
function staticLibraryOf({ minor, path }: Interpreter): string | null {
  if (!["3.8", "3.9", "3.12"].includes(minor)) return null;
  const library = join(path, "../../lib", `python${minor}`, `config-${minor}-x86_64-linux-gnu`, `libpython${minor}.a`);
  try {
    readFileSync(library).subarray(0, 1);
    execFileSync("gcc", ["--version"], { stdio: "ignore" });
    execFileSync("strip", ["--version"], { stdio: "ignore" });
    return library;
  } catch {
    return null;
  }
}

describe.each(interpreters.filter((interpreter) => staticLibraryOf(interpreter) !== null))(
  "CPython $minor linked into a program and stripped",
  (interpreter) => {
    it("is found and read", async () => {
      const { minor, path } = interpreter;
      const folder = mkdtempSync(join(tmpdir(), "gilscope-static-"));
      stops.push(() => rmSync(folder, { recursive: true, force: true }));
      const program = join(folder, "program");
      const home = join(path, "../..");
      execFileSync(
        "gcc",
        [
          "-s",
          "-x",
          "c",
          "-",
          "-x",
          "none",
          `-I${home}/include/python${minor}`,
          "-o",
          program,
          staticLibraryOf(interpreter) ?? "",
          "-lm",
          "-ldl",
          "-lutil",
          "-lpthread",
        ],
        { input: EMBEDDING, stdio: ["pipe", "ignore", "ignore"] },
      );
      const target = await started(program, "start(busy)\nready()\nforever()", { environment: { PYTHONHOME: home } });
      const probe = attached(target.pid, target.startTicks);
      expect(["scan", "section"]).toContain(probe.location.foundBy);
      expect(probe.threads()).toHaveLength(2);
      const seen = holders(probe)[0] ?? {};
      expect(Object.keys(seen).length).toBeGreaterThan(0);
      for (const tid of Object.keys(seen)) expect(readdirSync(`/proc/${target.pid}/task`)).toContain(tid);
    });
  },
);
