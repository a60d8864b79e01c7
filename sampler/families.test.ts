import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Frame } from "../core/frame/frame.ts";
import { familyOf, LocalFrames, shapeOf } from "./testing/family-tree.ts";
import { anyPython, installedPythons, startProgram, stopPrograms } from "./testing/pythons.ts";

const TREES = path.join(import.meta.dirname, "testing", "trees");
const POOLS = path.join(TREES, "pools.py");
const onLinux = process.platform === "linux";
const python = anyPython();
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };

function pythonOf(minor: string): string | null {
  return installedPythons().find(({ version }) => version.startsWith(`${minor}.`))?.executable ?? null;
}

/** Frames until one is as wanted; the last one when time runs out, so that the comparison shows what is missing. */
async function frameWhen(frames: LocalFrames, wanted: (frame: Frame) => boolean): Promise<Frame> {
  let frame = frames.next();
  for (let tries = 0; tries < 60 && !wanted(frame); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    frame = frames.next();
  }
  return frame;
}

let frames: LocalFrames;
const groups: number[] = [];

async function startTree(executable: string, ...args: string[]): Promise<{ readonly pid: number }> {
  // A session of its own: everything it starts can be ended with it.
  const { pid } = await startProgram("setsid", ["-w", executable, POOLS, ...args], { env });
  const tree = pidOfChild(pid);
  groups.push(tree);
  return { pid: tree };
}

/** `setsid -w` forks when it leads a group already, and else becomes the program. */
function pidOfChild(pid: number): number {
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  const name = fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  return name === "setsid" && children !== "" ? Number(children.split(" ")[0]) : pid;
}

function endGroups(): void {
  for (const pid of groups.splice(0)) {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
}

beforeAll(() => {
  frames = new LocalFrames();
});

afterEach(async () => {
  endGroups();
  await stopPrograms();
});

afterAll(() => frames.close());

const worker = (method: string, name: string): string => `worker ${method} ${name}`;
const three = (text: string): readonly string[] => [text, text, text];

const SHAPES: Readonly<Record<string, readonly string[]>> = {
  fork: ["parent null pools.py", ...three(worker("fork", "pools.py"))],
  spawn: ["helper null resource tracker", "parent null pools.py", ...three(worker("spawn", "spawn worker"))],
  forkserver: [
    "helper forkserver forkserver",
    "helper null resource tracker",
    "parent null pools.py",
    ...three(worker("forkserver", "forkserver worker")),
  ],
};

describe.skipIf(!onLinux)("families of real programs", () => {
  describe.each(["3.8", "3.12"])("multiprocessing of Python %s", (minor) => {
    const executable = pythonOf(minor);
    it.skipIf(executable === null).each(["fork", "spawn", "forkserver"])("%s", async (method) => {
      const { pid } = await startTree(executable!, "pool", method);
      const expected = { kind: "multiprocessing", startMethod: method, members: [...SHAPES[method]!].sort() };
      const count = expected.members.length;
      const frame = await frameWhen(frames, (one) => shapeOf(one, pid)?.members.length === count);
      expect(shapeOf(frame, pid)).toEqual(expected);
    });
  });

  it.skipIf(python === null).each(["fork", "spawn"])("concurrent.futures with %s", async (method) => {
    const { pid } = await startTree(python!.executable, "executor", method);
    const members = [...SHAPES[method]!].sort();
    const frame = await frameWhen(frames, (one) => shapeOf(one, pid)?.members.length === members.length);
    expect(shapeOf(frame, pid)).toEqual({ kind: "multiprocessing", startMethod: method, members });
  });

  it.skipIf(python === null)("pools inside workers, all of one program", async () => {
    const { pid } = await startTree(python!.executable, "nested");
    const members = ["parent null pools.py", ...Array.from({ length: 6 }, () => worker("fork", "pools.py"))];
    const frame = await frameWhen(frames, (one) => shapeOf(one, pid)?.members.length === 7);
    expect(shapeOf(frame, pid)).toEqual({ kind: "multiprocessing", startMethod: "fork", members });
  });

  it.skipIf(python === null)("programs started by a program, also through a shell", async () => {
    const { pid } = await startTree(python!.executable, "subprocesses");
    const frame = await frameWhen(frames, (one) => shapeOf(one, pid)?.members.length === 3);
    expect(shapeOf(frame, pid)).toEqual({
      kind: "tree",
      startMethod: null,
      members: ["parent null pools.py", worker("null", "pools.py"), worker("null", "pools.py")],
    });
  });

  it.skipIf(python === null).each(["fork", "spawn"])("workers of a DataLoader by %s", async (method) => {
    const { pid } = await startTree(python!.executable, "dataloader", method);
    const members = [...SHAPES[method]!].sort();
    const frame = await frameWhen(frames, (one) => {
      const shape = shapeOf(one, pid);
      return shape?.members.length === members.length && shape.kind === "dataloader";
    });
    expect(shapeOf(frame, pid)).toEqual({ kind: "dataloader", startMethod: method, members });
  });

  it.skipIf(python === null)("what Ray starts, below a native program", async () => {
    const { pid } = await startTree(python!.executable, "ray");
    const members = [
      "helper null agent.py",
      "parent null pools.py",
      worker("spawn", "ray::IDLE"),
      worker("spawn", "ray::IDLE"),
    ];
    const frame = await frameWhen(frames, (one) => shapeOf(one, pid)?.members.length === members.length);
    expect(shapeOf(frame, pid)).toEqual({ kind: "ray", startMethod: "spawn", members });
  });

  it.skipIf(python === null).each(["fork", "spawn"])("orphans of %s stay in their family", async (method) => {
    const { pid } = await startTree(python!.executable, "orphans", method);
    const before = await frameWhen(frames, (one) => (familyOf(one, pid)?.members.length ?? 0) >= 3);
    const { family, members } = familyOf(before, pid)!;
    const workers = members.filter(({ role }) => role === "worker").map((one) => one.pid);
    expect(workers).toHaveLength(2);
    process.kill(pid, "SIGKILL");
    const after = await frameWhen(frames, (one) => !one.runtimes.some((runtime) => runtime.pid === pid));
    // Whoever looks for the first time may know one of them a sample before the other.
    const known = (one: Frame) => workers.every((worker) => familyOf(one, worker) !== null);
    for (const frame of [after, await frameWhen(new LocalFrames(), known)]) {
      const left = familyOf(frame, workers[0]!)!;
      const orphans = left.members.filter((one) => workers.includes(one.pid));
      expect(orphans.map(({ role, startMethod }) => `${role} ${startMethod}`)).toEqual([
        `worker ${method}`,
        `worker ${method}`,
      ]);
      expect(left.members.filter((one) => !workers.includes(one.pid) && one.role !== "helper")).toEqual([]);
      if (frame === after) expect(left.family.id).toBe(family.id);
    }
  });
});

/** Where managers from the package index are installed for these tests; they are skipped where that can't be done. */
const PACKAGES = path.join(import.meta.dirname, "..", ".cache", "python-families");
const withPackages = { ...env, PYTHONPATH: PACKAGES };

function hasPackages(): boolean {
  if (!onLinux || python === null) return false;
  const check = ["-c", "import joblib, gunicorn, uvicorn, celery, ipykernel, jupyter_client, jupyter_server"];
  return spawnSync(python.executable, check, { env: withPackages }).status === 0;
}

/** Asks a Jupyter server for a kernel, as a notebook does; its answer's status. */
function askForKernel(socketPath: string): Promise<number | undefined> {
  const headers = { Authorization: "token secret", "Content-Type": "application/json" };
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, path: "/api/kernels", method: "POST", headers }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve(answer.statusCode));
    });
    request.once("error", reject);
    request.end("{}");
  });
}

describe.skipIf(!hasPackages())("families of managers from the package index", () => {
  const folder = onLinux ? fs.mkdtempSync(path.join(os.tmpdir(), "families-")) : "";
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  async function start(...args: string[]): Promise<number> {
    const shell = `exec setsid sh -c 'echo ready; ulimit -t 60; exec "$@"' sh "$@" 2>/dev/null`;
    const { pid } = await startProgram("sh", ["-c", shell, "sh", python!.executable, ...args], {
      env: { ...withPackages, HOME: folder, JUPYTER_RUNTIME_DIR: folder },
      cwd: folder,
    });
    groups.push(pid);
    return pid;
  }

  const cases: readonly (readonly [string, string | null, readonly string[], readonly string[]])[] = [
    [
      "loky",
      "spawn",
      [POOLS, "loky"],
      [
        "helper null resource tracker",
        "helper null resource tracker",
        "parent null pools.py",
        ...three(worker("spawn", "LokyProcess-N")),
      ],
    ],
    [
      "gunicorn",
      "fork",
      ["-m", "gunicorn", "--chdir", TREES, "-w", "3", "-b", "unix:web.sock", "pools:app"],
      ["parent null gunicorn pools:app", ...three(worker("fork", "gunicorn pools:app"))],
    ],
    [
      "uvicorn",
      "spawn",
      ["-m", "uvicorn", "--app-dir", TREES, "--workers", "2", "--uds", "asgi.sock", "pools:asgi"],
      [
        "helper null resource tracker",
        "parent null uvicorn pools:asgi",
        worker("spawn", "spawn worker"),
        worker("spawn", "spawn worker"),
      ],
    ],
    [
      "celery",
      "fork",
      ["-m", "celery", "-b", "memory://", "worker", "-c", "3", "--pool", "prefork"],
      ["parent null celery worker", ...three(worker("fork", "celery worker"))],
    ],
    ["jupyter", null, [POOLS, "kernel"], ["parent null pools.py", "worker null ipykernel"]],
  ];

  it("kernels under the Jupyter server that was asked for them", { timeout: 60_000 }, async () => {
    const socket = path.join(folder, "jupyter.sock");
    const options = ["--no-browser", "--allow-root", `--ServerApp.sock=${socket}`, "--IdentityProvider.token=secret"];
    const pid = await start("-m", "jupyter_server", ...options);
    await frameWhen(frames, () => fs.existsSync(socket));
    expect(await askForKernel(socket)).toBe(201);
    expect(await askForKernel(socket)).toBe(201);
    const members = ["parent null jupyter server", worker("null", "ipykernel"), worker("null", "ipykernel")];
    const frame = await frameWhen(frames, (one) => shapeOf(one, pid)?.members.length === members.length);
    expect(shapeOf(frame, pid)).toEqual({ kind: "jupyter", startMethod: null, members });
  });

  it.each(cases)("%s", { timeout: 60_000 }, async (kind, startMethod, args, members) => {
    const pid = await start(...args);
    const frame = await frameWhen(frames, (one) => shapeOf(one, pid)?.members.length === members.length);
    expect(shapeOf(frame, pid)).toEqual({ kind, startMethod, members: [...members].sort() });
  });
});
