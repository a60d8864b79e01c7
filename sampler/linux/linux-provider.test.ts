import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TableSample, ThreadScope } from "../provider.ts";
import { LinuxProvider } from "./linux-provider.ts";
import { FakeClock, FakeProc } from "./testing/fake-proc.ts";

const LOOKING = { selectedRowId: null, visible: true } as const;

let proc: FakeProc;
let clock: FakeClock;
let provider: LinuxProvider;

function open(threadScope: ThreadScope = "runtimes", mostKeptFiles = 100): void {
  provider = new LinuxProvider({ root: proc.root, clock, threadScope, mostKeptFiles });
}

function read(): TableSample {
  clock.now += 1000;
  return provider.read(LOOKING);
}

function pids(sample: TableSample): readonly number[] {
  return [...sample.processes.pid];
}

function threadsOf(sample: TableSample, pid: number): readonly number[] {
  const rowId = sample.processes.rowId[sample.processes.pid.indexOf(pid)];
  return [...sample.threads.tid].filter((_, i) => sample.threads.processRowId[i] === rowId).sort((a, b) => a - b);
}

beforeEach(() => {
  proc = new FakeProc();
  clock = new FakeClock();
});

afterEach(() => {
  provider.close();
  proc.close();
});

describe("processes", () => {
  it("are read with their counters", () => {
    proc.put({ pid: 10, ticks: 150, rssPages: 3, startTicks: 77, parentPid: 4 });
    open();
    const { processes, host } = read();
    expect(processes.length).toBe(1);
    expect(processes.cpuSeconds[0]).toBe(1.5);
    expect(processes.rssBytes[0]).toBe(3 * 4096);
    expect(processes.startTicks[0]).toBe(77);
    expect(processes.parentPid[0]).toBe(4);
    expect(host.busySecondsByCpu).toEqual(Float64Array.from([0.07, 0.08]));
    expect(host.memoryAvailableBytes).toBe(600 * 1024);
    expect(host.swapUsedBytes).toBe(60 * 1024);
  });

  it("are found by the ids given out, without listing the directory", () => {
    proc.put({ pid: 10 });
    open();
    read();
    proc.put({ pid: 1003 });
    proc.touchIds(0);
    expect(pids(read())).toEqual([10]);
    proc.touchIds(3);
    expect(pids(read())).toEqual([10, 1003]);
  });

  it("are found a sample later when the id was given out before the process could be seen", () => {
    proc.put({ pid: 10 });
    open();
    read();
    proc.touchIds(1);
    read();
    proc.put({ pid: 1001 });
    expect(pids(read())).toContain(1001);
  });

  it("are found by listing when many ids were given out, when ids start again, and after a while", () => {
    proc.put({ pid: 10 });
    open();
    read();
    proc.put({ pid: 500 });
    proc.touchIds(400);
    expect(pids(read())).toContain(500);
    proc.put({ pid: 501 });
    proc.touchIds(-900);
    expect(pids(read())).toContain(501);
    proc.put({ pid: 502 });
    expect(pids(read())).not.toContain(502);
    clock.now += 10_000;
    expect(pids(read())).toContain(502);
  });

  it("that vanish lose their own row only", () => {
    for (const pid of [10, 11, 12]) proc.put({ pid, threads: { [pid + 100]: 5 } });
    open();
    expect(pids(read())).toEqual([10, 11, 12]);
    proc.remove(11);
    const sample = read();
    expect(pids(sample)).toEqual([10, 12]);
    expect([...sample.threads.tid].sort((a, b) => a - b)).toEqual([10, 12, 110, 112]);
  });

  it("with a pid that is used again are other rows", () => {
    proc.put({ pid: 10, startTicks: 100 });
    open("runtimes", 0);
    const before = read().processes.rowId[0]!;
    proc.put({ pid: 10, startTicks: 200 });
    const sample = read();
    expect(sample.processes.length).toBe(1);
    expect(sample.processes.rowId[0]).toBeGreaterThan(before);
    expect(sample.processes.startTicks[0]).toBe(200);
    expect(sample.processDetails.map(({ rowId }) => rowId)).toEqual([sample.processes.rowId[0]]);
  });

  it("that idle are read now and then, those that work and Pythons always", () => {
    for (let pid = 10; pid < 50; pid += 1) proc.put({ pid, name: "cat", commandLine: "cat\0" });
    proc.put({ pid: 60, name: "python3" });
    open();
    for (let i = 0; i < 6; i += 1) read();
    const { processes } = read();
    const stale = [...processes.readAtMs].filter((at) => at < clock.now).length;
    expect(stale).toBe(30);
    expect(processes.readAtMs[processes.pid.indexOf(60)]).toBe(clock.now);
  });

  it("keep their rows sorted by row id", () => {
    for (let pid = 10; pid < 60; pid += 1) proc.put({ pid });
    open();
    read();
    for (let pid = 10; pid < 30; pid += 1) proc.remove(pid);
    for (let pid = 2000; pid < 2030; pid += 1) proc.put({ pid });
    proc.touchIds(1030);
    const { processes, threads } = read();
    const ids = [...processes.rowId];
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(60);
    expect([...threads.processRowId]).toEqual([...threads.processRowId].sort((a, b) => a - b));
  });
});

describe("hostile processes", () => {
  it.each([
    ["a name that looks like fields", Buffer.from(") R 1 1 (")],
    ["newlines", Buffer.from("a\nb\n")],
    ["bytes that are not UTF-8", Buffer.from([0x66, 0xff, 0xfe])],
    ["markup", Buffer.from("<img src=x>")],
  ])("with %s are read right", (_, name) => {
    proc.put({ pid: 10, name, ticks: 5, commandLine: "python3\0x.py\0" });
    open();
    const sample = read();
    expect(sample.processes.cpuSeconds[0]).toBe(0.05);
    expect(sample.processDetails[0]?.comm).toBe(name.toString("utf8"));
  });

  it("with a command line of 100 kB hand over its beginning", () => {
    proc.put({ pid: 10, commandLine: Buffer.from(`python3\0${"x".repeat(100_000)}\0`) });
    open();
    const line = read().processDetails[0]?.commandLine;
    expect(line?.known === true && line.value.join("\0").length).toBe(4096);
  });

  it("with files that make no sense are left out", () => {
    proc.put({ pid: 10 });
    proc.put({ pid: 11 });
    proc.write("11/stat", "nonsense");
    open();
    expect(pids(read())).toEqual([10]);
  });
});

describe("threads", () => {
  it("of runtimes are read, of others only when asked", () => {
    proc.put({ pid: 10, threads: { 20: 2e9 } });
    proc.put({ pid: 11, name: "cat", commandLine: "cat\0", threads: { 21: 1 } });
    open();
    const sample = read();
    expect(threadsOf(sample, 10)).toEqual([10, 20]);
    expect(sample.threads.runSeconds[sample.threads.tid.indexOf(20)]).toBe(2);
    expect(threadsOf(sample, 11)).toEqual([]);
    provider.close();
    open("all");
    expect(threadsOf(read(), 11)).toEqual([11, 21]);
  });

  it("come and go with the thread count, and names are handed over once", () => {
    proc.put({ pid: 10, threads: { 20: 1 } });
    open();
    const first = read();
    expect(first.threadDetails.map(({ comm }) => comm).sort()).toEqual(["thread-10", "thread-20"]);
    proc.put({ pid: 10, ticks: 1, threads: { 20: 1, 30: 1 } });
    const second = read();
    expect(threadsOf(second, 10)).toEqual([10, 20, 30]);
    expect(second.threadDetails.map(({ comm }) => comm)).toEqual(["thread-30"]);
    proc.put({ pid: 10, ticks: 2, threads: { 30: 1 } });
    expect(threadsOf(read(), 10)).toEqual([10, 30]);
  });

  it("have their names read again soon after they ran, and seldom while they rest", () => {
    proc.put({ pid: 10, threads: { 20: 1, 30: 1 } });
    open();
    const { threads } = read();
    for (const tid of [20, 30]) proc.write(`10/task/${tid}/comm`, "renamed\n");
    proc.write("10/task/20/schedstat", "2 1000 6\n");
    const seenIn = new Map<number, number>();
    for (let sample = 1; sample <= 60; sample += 1) {
      for (const { rowId } of read().threadDetails) seenIn.set(threads.tid[threads.rowId.indexOf(rowId)]!, sample);
    }
    expect(seenIn.get(20)).toBeLessThanOrEqual(14);
    expect(seenIn.get(30)).toBeGreaterThan(50);
  });

  it("that change while their number stays are noticed through the ids given out", () => {
    proc.put({ pid: 10, threads: { 20: 1 } });
    open();
    read();
    proc.put({ pid: 10, ticks: 1, threads: { 1001: 1 } });
    proc.touchIds(1);
    expect(threadsOf(read(), 10)).toEqual([10, 1001]);
  });

  it("are not read again while their process rests, but say when that was checked", () => {
    proc.put({ pid: 10, name: "cat", commandLine: "cat\0", ticks: 1, threads: { 20: 5e9 } });
    open("all");
    read();
    proc.write("10/task/20/schedstat", "9000000000 1 1\n");
    const sample = read();
    const row = sample.threads.tid.indexOf(20);
    expect(sample.threads.runSeconds[row]).toBe(5);
    expect(sample.threads.readAtMs[row]).toBe(clock.now);
    proc.put({ pid: 10, name: "cat", ticks: 2, threads: { 20: 9e9 } });
    expect(read().threads.runSeconds[row]).toBe(9);
  });

  it("have ticks where the kernel keeps no schedstat", () => {
    proc.write("self/schedstat", "0 0 0\n");
    proc.put({ pid: 10, ticks: 250 });
    open();
    const { threads, capabilities } = read();
    expect(threads.runSeconds[0]).toBe(2.5);
    expect(threads.cpuWaitSeconds[0]).toBeNaN();
    expect(capabilities.find(({ id }) => id === "runQueueWait")).toMatchObject({
      available: false,
      obstacle: "schedstat-zero",
    });
  });

  it("are read through one that lives where the first one ended", () => {
    proc.put({ pid: 10, state: "Z", rssPages: 0, threads: { 20: 1 }, commandLine: "" });
    proc.write("10/task/20/statm", "900 55 10 1 0 100 0\n");
    proc.write("10/task/20/cmdline", "python3\0worker.py\0");
    proc.write("10/task/20/maps", "");
    open();
    const sample = read();
    expect(sample.processes.rssBytes[0]).toBe(55 * 4096);
    expect(sample.processDetails[0]?.commandLine).toEqual({ known: true, value: ["python3", "worker.py"] });
    expect(sample.processDetails[0]?.python).not.toBeNull();
  });
});

describe("details", () => {
  it("are handed over again only when they change", () => {
    proc.put({ pid: 10 });
    open();
    expect(read().processDetails).toHaveLength(1);
    for (let i = 0; i < 5; i += 1) expect(read().processDetails).toHaveLength(0);
    proc.put({ pid: 10, name: "gunicorn: worker" });
    expect(read().processDetails.map(({ comm }) => comm)).toEqual(["gunicorn: worker"]);
  });

  it("turn a process into a runtime when it runs another program", () => {
    proc.put({ pid: 10, name: "sh", commandLine: "sh\0-c\0python3\0" });
    open();
    expect(read().threads.length).toBe(0);
    proc.put({ pid: 10, name: "python3", ticks: 1, commandLine: "python3\0x.py\0" });
    const sample = read();
    expect(sample.processDetails[0]?.python?.implementation).toBe("CPython");
    expect(sample.threads.length).toBe(1);
  });

  it("of kernel threads are not looked for", () => {
    proc.put({ pid: 10 });
    proc.write("10/stat", "10 (kworker/0:1) I 2 0 0 0 -1 2097152 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 0 0\n");
    open();
    const sample = read();
    expect(sample.processes.length).toBe(1);
    expect(sample.processDetails).toHaveLength(0);
  });
});
