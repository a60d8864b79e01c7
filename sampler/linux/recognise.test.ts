import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ProcessDetail } from "../../core/sample/raw-sample.ts";
import { anyPython, installedPythons, newerPyPy, program, startProgram } from "../testing/pythons.ts";
import { CgroupReader } from "./cgroups.ts";
import { DetailReader } from "./detail-reader.ts";
import { KeptFiles } from "./kept-files.ts";
import { readRights } from "./rights.ts";
import { readRuntimeBinary } from "./runtime-binary.ts";

const SLEEP = program("ready()\ntime.sleep(50)");
const WANTED = ["2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15"];
const pythons = installedPythons();
const python = anyPython();

const files = new KeptFiles(0);
const reader = new DetailReader("/proc", files, new CgroupReader("/proc", files), readRights("/proc"));
let folder: string;
let running: { stop: () => Promise<void> } | null = null;

async function detailOf(...args: Parameters<typeof startProgram>): Promise<ProcessDetail> {
  const started = await startProgram(...args);
  running = started;
  const detail = reader.read(1, started.pid, false, true);
  if (detail === null || detail === "later") throw new Error("the process ended");
  return detail;
}

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "recognise-"));
});

afterEach(async () => {
  await running?.stop();
  running = null;
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("interpreters of this machine", () => {
  for (const minor of WANTED) {
    const found = pythons.find(({ version }) => version.startsWith(`${minor}.`));
    it.skipIf(found === undefined)(`CPython ${minor} is recognised with its full version`, async () => {
      const { python: facts } = await detailOf(found!.executable, SLEEP);
      expect(facts).toMatchObject({ implementation: "CPython", version: found!.version, recognisedBy: "name" });
      if (minor !== "3.13") expect(facts?.build).toBe("gil");
    });
  }

  const pypy = newerPyPy();
  it.skipIf(pypy === null)("PyPy is recognised with the version of Python it speaks", async () => {
    const { python: facts } = await detailOf(pypy!, SLEEP);
    const said = spawnSync(pypy!, ["-c", "import platform; print(platform.python_version())"]).stdout.toString().trim();
    expect(facts).toMatchObject({ implementation: "PyPy", recognisedBy: "name" });
    expect(said.startsWith(`${facts?.version}`)).toBe(true);
  });
});

describe.skipIf(python === null)("a Python", () => {
  const executable = python?.executable ?? "";
  const version = python?.version ?? "";

  it("is recognised once, and anew when it replaces itself", async () => {
    const exec = "signal.signal(signal.SIGUSR1, lambda *_: os.execv('/bin/sleep', ['sleep', '50']))";
    const started = await startProgram(
      executable,
      program(`import os\n${exec}\nready()\nwhile True: time.sleep(0.05)`),
    );
    running = started;
    const look = (): ProcessDetail["python"] => {
      const detail = reader.read(40, started.pid, false, true);
      return detail === null || detail === "later" ? null : detail.python;
    };
    const facts = look();
    expect(facts).not.toBeNull();
    expect(look()).toBe(facts);
    process.kill(started.pid, "SIGUSR1");
    for (let tries = 0; tries < 100 && look() !== null; tries += 1) await new Promise((next) => setTimeout(next, 50));
    expect(look()).toBeNull();
  });

  it("in a virtual environment names it, also when it was invoked by its bare name", async () => {
    const environment = path.join(folder, "venv");
    spawnSync(executable, ["-m", "venv", "--without-pip", environment]);
    const invoked = path.join(environment, "bin", "python");
    expect((await detailOf(invoked, SLEEP)).python?.virtualEnvironment).toBe(environment);
    await running?.stop();
    const env = { ...process.env, PATH: `${environment}/bin:${process.env["PATH"]}` };
    const bare = await detailOf("sh", ["-c", 'exec python "$@"', "sh", ...SLEEP], { env });
    expect(bare.commandLine).toMatchObject({ value: expect.arrayContaining(["python"]) });
    expect(bare.python?.virtualEnvironment).toBe(environment);
  });

  it("outside of one names none", async () => {
    expect((await detailOf(executable, SLEEP)).python?.virtualEnvironment).toBeNull();
  });

  it("that was renamed is found by its library or by what is in it", async () => {
    const renamed = path.join(folder, "renamed-thing");
    fs.copyFileSync(executable, renamed);
    const env = {
      ...process.env,
      PYTHONHOME: path.dirname(path.dirname(executable)),
      LD_LIBRARY_PATH: path.join(path.dirname(path.dirname(executable)), "lib"),
    };
    const { python: facts } = await detailOf(renamed, SLEEP, { env });
    expect(facts?.version).toBe(version);
    expect(["library", "section", "symbol"]).toContain(facts?.recognisedBy);
  });

  it("whose executable was deleted is still read", async () => {
    const doomed = path.join(folder, "python3");
    fs.copyFileSync(executable, doomed);
    const env = {
      ...process.env,
      PYTHONHOME: path.dirname(path.dirname(executable)),
      LD_LIBRARY_PATH: path.join(path.dirname(path.dirname(executable)), "lib"),
    };
    const started = await startProgram(doomed, SLEEP, { env });
    running = started;
    fs.rmSync(doomed);
    const detail = reader.read(1, started.pid, false, true);
    expect(detail).not.toBeNull();
    expect((detail as ProcessDetail).python?.version).toBe(version);
  });

  it("script is told from the shell that runs it", async () => {
    const shell = await detailOf("sh", ["-c", `${executable} -c "print(1, flush=True)"; sleep 3; true`]);
    expect(shell.python).toBeNull();
  });
});

const debian = pythons.find(({ executable }) => fs.realpathSync(executable).startsWith("/usr/"));
describe.skipIf(debian === undefined)("a static Python", () => {
  it("that was renamed and stripped is found by its section or symbols", async () => {
    const renamed = path.join(folder, "static-thing");
    fs.copyFileSync(fs.realpathSync(debian!.executable), renamed);
    spawnSync("strip", [renamed]);
    const { python: facts } = await detailOf(renamed, SLEEP, { env: { ...process.env, PYTHONHOME: "/usr" } });
    expect(facts).toMatchObject({ implementation: "CPython", version: debian!.version });
    expect(["section", "symbol"]).toContain(facts?.recognisedBy);
  });
});

describe("other programs", () => {
  it("are no Pythons", async () => {
    const node = await detailOf(process.execPath, ["-e", "console.log(1); setTimeout(() => {}, 20000)"]);
    expect(node.python).toBeNull();
    await running?.stop();
    expect((await detailOf("sh", ["-c", "echo 1; sleep 3; true"], { argv0: "sh" })).python).toBeNull();
  });

  it("are looked into later when that takes long", async () => {
    const started = await startProgram(process.execPath, ["-e", "console.log(1); setTimeout(() => {}, 20000)"]);
    running = started;
    const fresh = new DetailReader("/proc", files, new CgroupReader("/proc", files), readRights("/proc"));
    expect(fresh.read(1, started.pid, false, false)).toBe("later");
  });
});

describe("damaged binaries", () => {
  it("never crash the reader", () => {
    const whole = fs.readFileSync(fs.realpathSync(process.env["SHELL"] ?? "/bin/sh")).subarray(0, 200_000);
    const file = path.join(folder, "damaged");
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 60 });
    const header = fc.array(fc.tuple(fc.nat(63), fc.nat(255)), { maxLength: 12 });
    fc.assert(
      fc.property(changes, header, fc.nat(whole.length), (body, head, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of [...body, ...head]) if (at > 5) bytes[at] = value;
        fs.writeFileSync(file, bytes.subarray(0, length));
        const fd = fs.openSync(file, "r");
        try {
          expect(readRuntimeBinary(fd, null)).toBeNull();
        } finally {
          fs.closeSync(fd);
        }
      }),
      { numRuns: 200 },
    );
  });
});
