import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import type { Action, ActTarget } from "../../core/act/action.ts";
import type { RuntimeFrame } from "../../core/frame/frame.ts";
import { FOUR_ON_ONE_GIL } from "../../core/testing/scenarios.ts";
import { simulatedEngine } from "../testing/simulated-engine.ts";
import { type ActSurroundings, act, systemActs } from "./act.ts";

const TERM: Action = { kind: "signal", signal: "SIGTERM" };
const linux = process.platform === "linux";

let child: ChildProcess | null = null;

afterEach(() => {
  child?.kill("SIGKILL");
  child = null;
});

function runtimeOf(pid: number, startTicks: number): RuntimeFrame {
  const engine = simulatedEngine();
  engine.step({ processes: [FOUR_ON_ONE_GIL] });
  const [runtime] = engine.frame()?.runtimes ?? [];
  if (runtime === undefined) throw new Error("no runtime");
  return { ...runtime, pid, startTicks };
}

function targetOf({ rowId, pid, startTicks }: RuntimeFrame): ActTarget {
  return { processRowId: rowId, pid, startTicks };
}

/** A machine on which pid 4100 started at tick 77; notes what reaches it. */
function paper(changes: Partial<ActSurroundings> = {}): { readonly around: ActSurroundings; readonly done: string[] } {
  const done: string[] = [];
  return {
    done,
    around: {
      startTicks: (pid) => (pid === 4100 ? 77 : null),
      threadIds: () => [4100, 4101, 4102],
      kill: (pid, signal) => void done.push(`${signal} ${pid}`),
      setNice: (threadId, nice) => void done.push(`nice ${nice} ${threadId}`),
      run: async (program, programArguments) => void done.push([program, ...programArguments].join(" ")),
      ownProcessIds: [900],
      ...changes,
    },
  };
}

function failing(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

describe("acting on a runtime", () => {
  const runtime = runtimeOf(4100, 77);

  it("sends the signal, sets every thread's priority, and calls taskset without a shell", async () => {
    const { around, done } = paper();
    for (const action of [TERM, { kind: "nice", nice: 10 }, { kind: "affinity", cpus: [0, 1, 2, 5] }] as const) {
      expect(await act(targetOf(runtime), action, [runtime], around)).toEqual({ state: "done" });
    }
    expect(done).toEqual([
      "SIGTERM 4100",
      "nice 10 4100",
      "nice 10 4101",
      "nice 10 4102",
      "taskset -a -c -p 0-2,5 4100",
    ]);
  });

  it("reaches nobody when the pid belongs to another process by now", async () => {
    for (const now of [78, null]) {
      for (const action of [TERM, { kind: "nice", nice: 10 }, { kind: "affinity", cpus: [0] }] as const) {
        const { around, done } = paper({ startTicks: () => now });
        expect(await act(targetOf(runtime), action, [runtime], around)).toEqual({ state: "refused", refusal: "gone" });
        expect(done).toEqual([]);
      }
    }
  });

  it("reads the identity after everything else and right before the signal", async () => {
    const order: string[] = [];
    const { around } = paper({
      startTicks: () => {
        order.push("read");
        return 77;
      },
      kill: () => void order.push("kill"),
    });
    await act(targetOf(runtime), TERM, [runtime], around);
    expect(order).toEqual(["read", "kill"]);
  });

  it("stops setting priorities when the process is replaced in the middle", async () => {
    let reads = 0;
    const { around, done } = paper({
      startTicks: () => {
        reads += 1;
        return reads <= 2 ? 77 : 99;
      },
    });
    expect(await act(targetOf(runtime), { kind: "nice", nice: 5 }, [runtime], around)).toEqual({
      state: "refused",
      refusal: "gone",
    });
    expect(done).toEqual(["nice 5 4100", "nice 5 4101"]);
  });

  it("refuses what is no runtime of the newest frame, whichever part of the identity differs", async () => {
    const right = targetOf(runtime);
    for (const target of [
      { ...right, pid: 4101 },
      { ...right, startTicks: 78 },
      { ...right, processRowId: right.processRowId + 1 },
    ]) {
      const { around, done } = paper({ startTicks: () => target.startTicks });
      expect(await act(target, TERM, [runtime], around)).toEqual({ state: "refused", refusal: "not-a-runtime" });
      expect(done).toEqual([]);
    }
    const { around } = paper();
    expect(await act(right, TERM, [], around)).toEqual({ state: "refused", refusal: "not-a-runtime" });
  });

  it("refuses itself, the first process, groups, and what is no pid, even if a frame holds them", async () => {
    for (const [pid, refusal] of [
      [900, "own-process"],
      [1, "not-a-runtime"],
      [0, "not-a-runtime"],
      [-4100, "not-a-runtime"],
      [Number.NaN, "not-a-runtime"],
      [1.5, "not-a-runtime"],
    ] as const) {
      const odd = { ...runtime, pid };
      const { around, done } = paper({ startTicks: () => 77 });
      expect(await act(targetOf(odd), TERM, [odd], around)).toEqual({ state: "refused", refusal });
      expect(done).toEqual([]);
    }
    expect(systemActs(() => [5]).ownProcessIds).toEqual([process.pid, 5]);
  });

  it("says what the system said", async () => {
    const outcomes: readonly (readonly [Partial<ActSurroundings>, Action, string])[] = [
      [{ kill: failing("EPERM") }, TERM, "denied"],
      [{ kill: failing("ESRCH") }, TERM, "gone"],
      [{ kill: failing("EIO") }, TERM, "failed"],
      [{ setNice: failing("EACCES") }, { kind: "nice", nice: -5 }, "denied"],
      [{ setNice: failing("ESRCH") }, { kind: "nice", nice: 5 }, "gone"],
      [{ run: async () => failing("ENOENT")() }, { kind: "affinity", cpus: [0] }, "unsupported"],
      [
        { run: async () => Promise.reject(Object.assign(new Error(), { code: 1, stderr: "Operation not permitted" })) },
        { kind: "affinity", cpus: [0] },
        "denied",
      ],
      [
        { run: async () => Promise.reject(Object.assign(new Error(), { code: 1, stderr: "Invalid argument" })) },
        { kind: "affinity", cpus: [0] },
        "no-such-cpu",
      ],
    ];
    for (const [changes, action, refusal] of outcomes) {
      expect(await act(targetOf(runtime), action, [runtime], paper(changes).around)).toEqual({
        state: "refused",
        refusal,
      });
    }
  });

  it.runIf(linux)("acts on a real process, and on nothing once that has ended", async () => {
    child = spawn("sleep", ["30"], { stdio: "ignore" });
    const pid = child.pid ?? -1;
    await new Promise((resolve) => child?.once("spawn", resolve));
    const around = systemActs(() => []);
    const startTicks = around.startTicks(pid) ?? -1;
    const real = runtimeOf(pid, startTicks);
    const target = targetOf(real);
    const stat = (): string => readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.[0] ?? "";

    expect(await act(target, { kind: "nice", nice: 10 }, [real], around)).toEqual({ state: "done" });
    expect(getPriority(pid)).toBe(10);
    expect(await act(target, { kind: "affinity", cpus: [0] }, [real], around)).toEqual({ state: "done" });
    expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(/Cpus_allowed_list:\t0\n/);
    expect(await act(target, { kind: "affinity", cpus: [4000] }, [real], around)).toEqual({
      state: "refused",
      refusal: "no-such-cpu",
    });
    await act(target, { kind: "signal", signal: "SIGSTOP" }, [real], around);
    await expect.poll(stat).toBe("T");
    await act(target, { kind: "signal", signal: "SIGCONT" }, [real], around);
    await expect.poll(stat).not.toBe("T");
    const wrong = { ...real, startTicks: startTicks - 1 };
    expect(await act(targetOf(wrong), TERM, [wrong], around)).toEqual({ state: "refused", refusal: "gone" });
    expect(child.exitCode).toBeNull();

    const ended = new Promise((resolve) => child?.once("exit", (_code, signal) => resolve(signal)));
    expect(await act(target, TERM, [real], around)).toEqual({ state: "done" });
    expect(await ended).toBe("SIGTERM");
    expect(await act(target, TERM, [real], around)).toEqual({ state: "refused", refusal: "gone" });
  });
});
