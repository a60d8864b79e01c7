import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import type { FamilyFrame, Frame } from "../frame/frame.ts";
import { type SimulatedProcess, simulate } from "../testing/sample-builder.ts";
import { FOUR_ON_ONE_GIL, SPAWN_POOL } from "../testing/scenarios.ts";

const IDLE = [{ run: 0, slices: 0 }];

function frameOf(processes: readonly SimulatedProcess[]): Frame {
  const { header, samples } = simulate({ processes }, 0);
  return advance(initialState(header), samples[0] as NonNullable<(typeof samples)[0]>).frame;
}

function summary(frame: Frame): readonly unknown[] {
  return frame.families.map((family: FamilyFrame) => ({
    name: family.name,
    kind: family.kind,
    startMethod: family.startMethod,
    members: family.memberRowIds.map((rowId) => {
      const runtime = frame.runtimes.find((one) => one.rowId === rowId);
      return `${runtime?.pid} ${runtime?.role} ${runtime?.startMethod}`;
    }),
  }));
}

function python(pid: number, parentPid: number, ...commandLine: string[]): SimulatedProcess {
  return { pid, parentPid, commandLine, threads: IDLE };
}

describe("families", () => {
  it("groups a spawn pool with its tracker under the program that began it", () => {
    expect(summary(frameOf(SPAWN_POOL))).toEqual([
      {
        name: "load.py",
        kind: "multiprocessing",
        startMethod: "spawn",
        members: [
          "5200 parent null",
          "5201 helper null",
          "5202 worker spawn",
          "5203 worker spawn",
          "5204 worker spawn",
        ],
      },
    ]);
  });

  it("tells the fork server from its workers", () => {
    const server = ["python3", "-c", "from multiprocessing.forkserver import main; main(3, 5, ['__main__'], **{})"];
    expect(
      summary(
        frameOf([
          python(10, 1, "python3", "a.py"),
          python(11, 10, ...server),
          python(12, 11, ...server),
          python(13, 11, ...server),
        ]),
      ),
    ).toEqual([
      {
        name: "a.py",
        kind: "multiprocessing",
        startMethod: "forkserver",
        members: ["10 parent null", "11 helper forkserver", "12 worker forkserver", "13 worker forkserver"],
      },
    ]);
  });

  it.each([
    ["multiprocessing", ["python3", "pool.py"], ["python3", "pool.py"], "fork"],
    [
      "gunicorn",
      ["/v/bin/python", "/v/bin/gunicorn", "api:app"],
      ["/v/bin/python", "/v/bin/gunicorn", "api:app"],
      "fork",
    ],
    [
      "celery",
      ["/v/bin/python", "/v/bin/celery", "-A", "p", "worker"],
      ["/v/bin/python", "/v/bin/celery", "-A", "p", "worker"],
      "fork",
    ],
    ["tree", ["python3", "a.py"], ["python3", "b.py"], null],
    [
      "loky",
      ["python3", "a.py"],
      [
        "python3",
        "-m",
        "joblib.externals.loky.backend.popen_loky_posix",
        "--process-name",
        "LokyProcess-1",
        "--pipe",
        "14",
      ],
      "spawn",
    ],
    [
      "jupyter",
      ["/v/bin/python", "/v/bin/jupyter-lab"],
      ["/v/bin/python", "-m", "ipykernel_launcher", "-f", "/run/kernel-1.json"],
      null,
    ],
  ])("%s", (kind, parent, child, startMethod) => {
    const families = frameOf([python(10, 1, ...parent), python(11, 10, ...child), python(12, 10, ...child)]).families;
    expect(families).toHaveLength(1);
    expect(families[0]).toMatchObject({ kind, startMethod });
  });

  it("follows a chain through programs that only start others, and not through an interactive shell", () => {
    const shell = (comm: string): SimulatedProcess => ({
      pid: 20,
      parentPid: 10,
      comm,
      commandLine: [comm],
      python: null,
      threads: [],
    });
    const through = (comm: string): number =>
      frameOf([python(10, 1, "python3", "a.py"), shell(comm), python(30, 20, "python3", "b.py")]).families.length;
    expect(through("sh")).toBe(1);
    expect(through("bash")).toBe(2);
  });

  it("leaves a runtime alone whose parent's pid belongs to a younger stranger", () => {
    const stranger = { ...python(10, 1, "python3", "young.py"), startTicks: 900_000 };
    const orphan = { ...python(30, 10, "python3", "old.py"), startTicks: 100_000 };
    expect(frameOf([orphan, stranger]).families).toHaveLength(2);
  });

  it("survives parents that form a loop", () => {
    const a = { ...python(10, 11, "python3", "a.py"), startTicks: 5 };
    const b = { ...python(11, 10, "python3", "b.py"), startTicks: 5 };
    const frame = frameOf([a, b]);
    expect(frame.families.flatMap((family) => family.memberRowIds).sort()).toEqual([1, 2]);
  });

  it("gives one runtime alone a family of its own", () => {
    expect(frameOf([FOUR_ON_ONE_GIL]).families[0]).toMatchObject({
      kind: "single",
      name: "train.py",
      startMethod: null,
    });
  });

  it("knows the workers of a DataLoader by the name PyTorch gives them", () => {
    const command = ["python3", "train.py"];
    const worker = (pid: number): SimulatedProcess => ({ ...python(pid, 10, ...command), comm: "pt_data_worker" });
    const [family] = frameOf([python(10, 1, ...command), worker(11), worker(12)]).families;
    expect(family).toMatchObject({ name: "train.py", kind: "dataloader", startMethod: "fork", workers: 2 });
  });

  it("puts what Ray starts under the program that started it", () => {
    const raylet: SimulatedProcess = {
      pid: 20,
      parentPid: 10,
      comm: "raylet",
      commandLine: ["/v/ray/core/src/ray/raylet/raylet"],
      python: null,
      threads: [],
    };
    const frame = frameOf([
      python(10, 1, "python3", "cluster.py"),
      raylet,
      python(21, 20, "ray::IDLE"),
      python(22, 20, "ray::Actor.step"),
      python(23, 20, "/v/bin/python", "-u", "/v/site-packages/ray/dashboard/agent.py", "--node-ip-address=127.0.0.1"),
    ]);
    expect(summary(frame)).toEqual([
      {
        name: "cluster.py",
        kind: "ray",
        startMethod: "spawn",
        members: ["10 parent null", "21 worker spawn", "22 worker spawn", "23 helper null"],
      },
    ]);
  });

  it("keeps programs apart that one script left behind", () => {
    const orphan = (pid: number, name: string): SimulatedProcess => ({
      ...python(pid, 1, "python3", name),
      processGroup: 9,
    });
    expect(frameOf([orphan(10, "a.py"), orphan(11, "b.py")]).families).toHaveLength(2);
    const [family] = frameOf([orphan(10, "a.py"), orphan(11, "a.py")]).families;
    expect(family).toMatchObject({ memberRowIds: [1, 2], startMethod: "fork", kind: "multiprocessing" });
  });
});
