import { describe, expect, it } from "vitest";
import { providerFor } from "../provider.ts";
import { UnsupportedProvider } from "../unsupported/unsupported-provider.ts";
import { type ListedProcess, PortableProvider } from "./portable-provider.ts";

const CLOCK = { monotonicMs: () => 5000, wallMs: () => Date.now() };

/** As `systeminformation` lists a Python on macOS. */
const PYTHON: ListedProcess = {
  pid: 501,
  parentPid: 1,
  name: "Python",
  memRss: 20480,
  started: "2026-01-31 12:00:00",
  state: "running",
  path: "/Library/Frameworks/Python.framework/Versions/3.12/Resources/Python.app/Contents/MacOS/Python",
  command: "python3",
  params: "train.py --epochs 3",
  user: "ada",
};

function provider(lists: readonly (readonly ListedProcess[])[]): PortableProvider {
  let call = 0;
  return new PortableProvider(CLOCK, 7, {
    list: async () => lists[Math.min(call++, lists.length - 1)]!,
    cpuSeconds: async (pids) => new Map(pids.map((pid) => [pid, 2.5])),
  });
}

describe("PortableProvider", () => {
  it("knows processes, and says that it knows nothing of threads", async () => {
    const sample = await provider([[PYTHON, { ...PYTHON, pid: 502, name: "Finder", path: "/Finder" }]]).read();
    expect([...sample.processes.pid]).toEqual([501, 502]);
    expect([...sample.processes.rowId]).toEqual([8, 9]);
    expect(sample.processes.cpuSeconds[0]).toBe(2.5);
    expect(sample.processes.cpuSeconds[1]).toBeNaN();
    expect(sample.processes.rssBytes[0]).toBe(20 * 2 ** 20);
    expect(sample.processDetails[0]?.python).toMatchObject({ implementation: "CPython", recognisedBy: "name" });
    expect(sample.processDetails[1]?.python).toBeNull();
    expect(sample.threads.length).toBe(0);
    expect(sample.capabilities.filter(({ available }) => available).map(({ id }) => id)).toEqual([
      "processTable",
      "wholeMachine",
    ]);
  });

  it("keeps a row while the process lives, and never uses its id again", async () => {
    const later = { ...PYTHON, started: "2026-01-31 13:00:00" };
    const portable = provider([[PYTHON], [PYTHON], [later], [], [later]]);
    const ids: number[][] = [];
    const details: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const sample = await portable.read();
      ids.push([...sample.processes.rowId]);
      details.push(sample.processDetails.length);
    }
    expect(ids).toEqual([[8], [8], [9], [], [10]]);
    expect(details).toEqual([1, 0, 1, 0, 1]);
  });

  it.each([
    ["python.exe", null],
    ["pythonw.exe", null],
    ["python3.12", "3.12"],
    ["pypy3.10", "3.10"],
  ])("recognises %s", async (name, version) => {
    const sample = await provider([[{ ...PYTHON, name, path: "" }]]).read();
    expect(sample.processDetails[0]?.python?.version).toBe(version);
  });

  it("answers with an empty table when the list cannot be had", async () => {
    const portable = new PortableProvider(CLOCK, 0, {
      list: () => Promise.reject(new Error("no powershell")),
      cpuSeconds: async () => new Map(),
    });
    expect((await portable.read()).processes.length).toBe(0);
  });
});

describe("providers", () => {
  it("are chosen by operating system", () => {
    expect(["linux", "darwin", "win32", "aix"].map(providerFor)).toEqual([
      "linux",
      "portable",
      "portable",
      "unsupported",
    ]);
  });

  it("say politely when nothing is supported", () => {
    const sample = new UnsupportedProvider(CLOCK).read();
    expect(sample.processes.length).toBe(0);
    expect(sample.capabilities.every(({ available, reason }) => !available && reason === "unsupported")).toBe(true);
    expect(sample.host.busySecondsByCpu.length).toBeGreaterThan(0);
  });
});
