import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { frameLayoutOf, type LineTableKind } from "./frame-offsets.ts";
import { type GilProbe, GilProbes } from "./gil-probe.ts";
import { lineAt } from "./line-table.ts";
import { MOST_FRAMES, type PythonStack, StackReader } from "./stack-reader.ts";
import { installedInterpreters, KNOWN_MINORS, pause, startPython, type Target } from "./testing/python-targets.ts";
import { ThreadNames } from "./thread-names.ts";

const interpreters = installedInterpreters().filter(({ minor }) => /^3\.(8|9|1\d)$/.test(minor));
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

interface Reading {
  readonly target: Target;
  readonly probe: GilProbe;
  readonly stacks: StackReader;
  /** Stack of the thread with this tid, tried a few times. */
  readonly stackOf: (tid: number) => PythonStack;
}

async function reading(path: string, code: string): Promise<Reading> {
  const target = await startPython(path, code);
  stops.push(target.stop);
  const outcome = new GilProbes().attach(target.pid, target.startTicks);
  if (!outcome.ok) throw new Error(`not attached: ${JSON.stringify(outcome.failure)}`);
  const { probe } = outcome;
  stops.push(() => probe.close());
  const described = probe.location.kind === "runtime" ? probe.location.layout.frames : null;
  const layout = described ?? frameLayoutOf(probe.version, probe.freeThreaded);
  if (layout === null) throw new Error("no layout");
  const stacks = new StackReader(probe.memory, layout);
  return {
    target,
    probe,
    stacks,
    stackOf(tid) {
      for (let tries = 0; tries < 50; tries += 1) {
        const thread = probe.threads().find((one) => one.tid === tid);
        const stack =
          thread === undefined ? "torn" : stacks.read(thread.threadState, probe.stillnessOf(thread.threadState));
        if (typeof stack !== "string") return stack;
        pause(2);
      }
      throw new Error("no stack");
    },
  };
}

const NESTED = `
code = '''
def outer():
    x = 1
    return middle(
        x,
        2)
class Thing:
    def method(self):
        for _ in range(2):
            time.sleep(
                30)
def middle(a, b):

    return Thing().method()
def straße():
    return outer()
'''
space = {'time': time}
exec(compile(code, '/made/up path/modül.py', 'exec'), space)
t = threading.Thread(target=space['straße']); t.daemon = True; t.start()
time.sleep(0.1)
ready(str(t.native_id))
forever()
`;

/** Every callee is named after the line it is called from, so that a stack that mixes two moments gives itself away. */
const TELL_TALE = `
lines = []
def emit(name, depth):
    lines.append('def %s():' % name)
    calls = []
    for _ in range(3 if depth else 0):
        calls.append('at_%d' % (len(lines) + 1))
        lines.append('    %s()' % calls[-1])
    if not depth: lines.append('    x = 1')
    for call in calls: emit(call, depth - 1)
emit('at_0', 4)
space = {}
exec(compile('\\n'.join(lines), 'telltale.py', 'exec'), space)
def work():
    f = space['at_0']
    while True: f()
start(work); start(work)
ready()
forever()
`;

function contradicts(stack: PythonStack): boolean {
  return stack.frames.some((frame, index) => {
    const line = /^at_(\d+)$/.exec(frame.functionName)?.[1];
    const caller = stack.frames[index + 1];
    return line !== undefined && line !== "0" && caller !== undefined && caller.line !== Number(line);
  });
}

/** Reads of each thread in the test of torn stacks: a few hundred in a test run; a million, of all versions together, takes minutes. */
const READS = Number(process.env["STACK_READS"] ?? 400);
const MOST_READS_OF_ONE = 2500;

for (const minor of KNOWN_MINORS) {
  if (interpreters.some((interpreter) => interpreter.minor === minor)) continue;
  const why = /^(2\.7|3\.[67])$/.test(minor) ? "are not read" : "are not tested: it is not on this machine";
  it.skip(`stacks of CPython ${minor} ${why}`, () => undefined);
}

describe.each(interpreters)("Python stacks of CPython $minor at $path", ({ minor, path }) => {
  const qualified = Number(minor.split(".")[1]) >= 11;

  it("names function, file and line of every call", async () => {
    const { target, stackOf } = await reading(path, NESTED);
    const stack = stackOf(Number(target.firstLine.split(" ")[1]));
    const file = "/made/up path/modül.py";
    expect(stack.innermostChanging).toBe(false);
    expect(stack.cut).toBe(false);
    expect(stack.frames.slice(0, 4)).toEqual([
      { functionName: qualified ? "Thing.method" : "method", file, line: 10 },
      { functionName: "middle", file, line: 14 },
      { functionName: "outer", file, line: 4 },
      { functionName: "straße", file, line: 16 },
    ]);
    expect(stack.frames[4]?.functionName).toBe(qualified ? "Thread.run" : "run");
    expect(stack.frames[4]?.file).toMatch(/threading\.py$/);
  });

  it.runIf(minor === "3.13")("finds frames where the interpreter says they are", async () => {
    const { probe } = await reading(path, "ready()\nforever()");
    if (probe.location.kind !== "runtime") throw new Error("wrong kind");
    expect(probe.location.layout.frames).toEqual(frameLayoutOf(probe.version, false));
  });

  it("reads 128 frames of a deep recursion and says that there are more", async () => {
    const code =
      "def deep(n):\n    if n == 0: time.sleep(30)\n    else: deep(n - 1)\nstart(lambda: deep(300))\ntime.sleep(0.2)\nready()\nforever()";
    const { target, probe, stackOf } = await reading(path, code);
    const tid = probe.threads().find((thread) => thread.tid !== target.pid)?.tid;
    const stack = stackOf(tid ?? 0);
    expect(stack.cut).toBe(true);
    expect(stack.frames).toHaveLength(MOST_FRAMES);
    expect(stack.frames.every(({ functionName }) => functionName === "deep")).toBe(true);
  });

  it("never shows a stack that mixes two moments", { timeout: 20_000 + READS * 20 }, async () => {
    let accepted = 0;
    let deep = 0;
    for (let done = 0; done < READS; done += MOST_READS_OF_ONE) {
      // Programs end by themselves after a while.
      const { target, probe, stacks } = await reading(path, TELL_TALE);
      const workers = probe.threads().filter((thread) => thread.tid !== target.pid);
      for (let round = 0; round < Math.min(MOST_READS_OF_ONE, READS - done); round += 1) {
        for (const { threadState } of workers) {
          const stack = stacks.read(threadState, probe.stillnessOf(threadState));
          if (typeof stack === "string") continue;
          accepted += 1;
          if (stack.frames.length > 5) deep += 1;
          if (contradicts(stack)) expect(stack).toBeNull();
        }
      }
      target.stop();
    }
    expect(accepted).toBeGreaterThan(READS / 2);
    expect(deep).toBeGreaterThan(READS / 20);
  });

  it("tells which thread collects garbage", async () => {
    const code = `
import gc
keep = [[] for _ in range(400000)]
def collecting():
    while True: gc.collect()
gc.collect()
start(collecting); start(forever)
ready()
forever()
`;
    const { target, probe } = await reading(path, code);
    const seen = new Map<string, number>();
    for (let round = 0; round < 150; round += 1) {
      pause(Math.random() * 4);
      for (const { threadState } of probe.threads()) {
        const read = probe.readStack(threadState);
        if (read === null || typeof read === "string") continue;
        const names = read.stack.frames.map(({ functionName }) => functionName);
        const who = names.includes("collecting") ? "collecting" : "others";
        const key = `${who} ${read.inGarbageCollection}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
    }
    expect(seen.get("collecting true") ?? 0).toBeGreaterThan(20);
    expect(seen.get("others true") ?? 0).toBe(0);
    expect(target.pid).toBeGreaterThan(0);
  });

  it("never tells of a collection where there is none", async () => {
    const { probe } = await reading(path, "import gc\ngc.disable()\nstart(busy); start(busy)\nready()\nforever()");
    let told = 0;
    for (let round = 0; round < 100; round += 1) {
      for (const { threadState } of probe.threads()) {
        const read = probe.readStack(threadState);
        if (read === null || typeof read === "string") continue;
        expect(read.inGarbageCollection).not.toBe(true);
        if (read.inGarbageCollection === false) told += 1;
      }
    }
    expect(told).toBeGreaterThan(100);
  });

  it("says gone once the program has ended", async () => {
    const { target, probe, stacks } = await reading(path, "start(busy)\nready()\nforever()");
    const [thread] = probe.threads();
    const state = thread?.threadState ?? 0;
    target.stop();
    for (let tries = 0; tries < 100 && stacks.read(state, probe.stillnessOf(state)) !== "gone"; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(stacks.read(state, probe.stillnessOf(state))).toBe("gone");
  });

  it("reads the names that the program gave its threads", async () => {
    const code = `
class Own(threading.Thread):
    def __init__(self):
        threading.Thread.__init__(self, name='naïve \\u2713 \\U0001F40D')
        self.more = 1
    def run(self): time.sleep(30)
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1, thread_name_prefix='pool')
pool.submit(time.sleep, 30)
own = Own(); own.daemon = True; own.start()
renamed = start(forever); renamed.name = 'renamed'; renamed.__dict__['x'] = 1
plain = threading.Thread(target=forever, name='plain'); plain.daemon = True; plain.start()
ready()
forever()
`;
    const { probe } = await reading(path, code);
    if (probe.location.kind !== "runtime") throw new Error("wrong kind");
    const names = new ThreadNames(probe.memory, probe.location);
    const expected = ["MainThread", "naïve ✓ 🐍", "plain", "pool_0", "renamed"];
    for (let tries = 0; tries < 20 && names.read().size < expected.length; tries += 1) pause(5);
    expect([...names.read().values()].sort()).toEqual(expected);
  });

  it("finds the line of every instruction of real modules", () => {
    const script = `
import dis, json, sys, threading, argparse, collections, inspect, json.decoder
def codes(code):
    yield code
    for c in code.co_consts:
        if hasattr(c, 'co_code'):
            for inner in codes(c): yield inner
out = []
for module in (threading, argparse, collections, inspect, json.decoder):
    with open(module.__file__) as f: top = compile(f.read(), module.__file__, 'exec')
    for code in codes(top):
        if hasattr(code, 'co_lines'):
            table = code.co_linetable
            lines = [[start, line] for start, end, line in code.co_lines() if line is not None and end > start]
        else:
            table = code.co_lnotab
            lines = [list(pair) for pair in dis.findlinestarts(code)]
        out.append([code.co_firstlineno, table.hex(), lines])
print(json.dumps(out))
`;
    const kind: LineTableKind = qualified ? "locations" : minor === "3.10" ? "line-ranges" : "lnotab";
    const output = execFileSync(path, ["-c", script], { maxBuffer: 1 << 26, encoding: "utf8" });
    const codes: readonly (readonly [number, string, readonly (readonly [number, number])[]])[] = JSON.parse(output);
    expect(codes.length).toBeGreaterThan(300);
    for (const [firstLine, table, lines] of codes) {
      const bytes = Buffer.from(table, "hex");
      for (const [offset, line] of lines) expect(lineAt(kind, bytes, firstLine, offset)).toBe(line);
    }
  });
});
