import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { NextFrame, Welcome } from "../core/page/protocol.ts";
import { decodeWire, encodeWire } from "../core/page/wire.ts";
import { RecordingEncoder } from "../core/recording/encoder.ts";
import type { DiagnoseReport } from "../core/report/diagnose-report.ts";
import type { ListReport } from "../core/report/list-report.ts";
import { simulate } from "../core/testing/sample-builder.ts";
import { BUSY_MACHINE } from "../core/testing/scenarios.ts";
import { type BundledCli, bundleCli, gathered } from "./testing/bundled-cli.ts";

const WORK = `
import sys, threading, time
end = time.time() + float(sys.argv[1])
def work():
    while time.time() < end: sum(range(1000))
threads = [threading.Thread(target=work) for _ in range(int(sys.argv[2]))]
[t.start() for t in threads]; [t.join() for t in threads]
sys.exit(int(sys.argv[3]) if len(sys.argv) > 3 else 0)
`;
const SLEEP = "import time; time.sleep(60)";

let cli: BundledCli;
let started: ChildProcess[] = [];

beforeAll(async () => {
  cli = await bundleCli();
  await writeFile(join(cli.folder, "work.py"), WORK);
}, 60_000);

afterAll(() => cli.remove());

afterEach(() => {
  for (const child of started) child.kill("SIGKILL");
  started = [];
});

async function python(argv: readonly string[], argv0?: string): Promise<ChildProcess> {
  const child = spawn("python3", argv, { stdio: "ignore", cwd: cli.folder, ...(argv0 === undefined ? {} : { argv0 }) });
  started.push(child);
  await once(child, "spawn");
  return child;
}

async function schemaErrors(name: string, value: unknown): Promise<unknown> {
  const schema = JSON.parse(await readFile(join("docs", "schema", `${name}.schema.json`), "utf8")) as object;
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  return validate(value) ? null : validate.errors;
}

describe("wrong usage", () => {
  it.each([
    [["nosuch"], 2, /no command `nosuch`/],
    [["--nosuch"], 2, /no option --nosuch/],
    [["list", "--nosuch"], 2, /no option --nosuch/],
    [["list", "a", "b"], 2, /one file at most/],
    [["diagnose"], 2, /needs a PID/],
    [["diagnose", "0"], 2, /no process id/],
    [["diagnose", "1", "--seconds", "x"], 2, /--seconds takes a number/],
    [["diagnose", "1", "--seconds"], 2, /--seconds needs a value/],
    [["diagnose", "1", "--fail-on", "nosuch"], 2, /no verdict `nosuch`/],
    [["diagnose", "--"], 2, /no command after/],
    [["export", "--live"], 2, /needs -o OUT/],
    [["export", "-o", "x"], 2, /either a FILE or --live/],
    [["export", "--live", "-o", "x", "--format", "exe"], 2, /no format `exe`/],
    [["export", "--live", "-o", "x.xyz"], 2, /x\.xyz tells no format; add --format with one of .*html/],
    [["export", "--live", "-o", "x.json", "--at", "3"], 2, /--at is a moment of a FILE/],
    [["export", "nosuch.json", "-o", "x.json", "--at", "soon"], 2, /--at takes a number/],
    [["serve", "--port", "70000"], 2, /--port takes a number/],
    [["serve", "--port", "1", "--socket", "x"], 2, /either --port or --socket/],
    [["serve", "--metrics"], 2, /go together/],
    [["top", "a", "b"], 2, /one file at most/],
    [["record"], 2, /needs -o FILE/],
    [["record", "-o", "x", "nosuch"], 2, /no process id/],
    [["record", "-o", "x", "1", "--", "true"], 2, /either PIDs or/],
    [["diff", "a"], 2, /takes two files/],
    [["diff", "nosuch.json", "b"], 1, /can't be read/],
    [["completions", "csh"], 2, /takes one shell: bash, zsh, fish/],
    [["man", "x"], 2, /takes nothing/],
    [["help", "nosuch"], 2, /no command/],
    [["list", "nosuch.json"], 1, /can't be read: there is no such file/],
    [["diagnose", "nosuch"], 1, /neither a process id nor a file/],
    [["diagnose", "2147483647"], 1, /No process 2147483647/],
    [["diagnose", "1"], 1, /is not a Python runtime|may not be looked into/],
  ] as const)("%j is said in one sentence", async (argv, code, sentence) => {
    const run = await cli.run(argv);
    expect(run.stderr).toMatch(sentence);
    expect(run.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(run.stderr).toMatch(/\.\n$/);
    expect(run.stdout).toBe("");
    expect(run.code).toBe(code);
  });

  it.skipIf(!existsSync("/dev/full"))("tells where standard output can't be written", async () => {
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [join(cli.folder, "out", "cli.cjs"), "--help"], {
      stdio: ["ignore", full, "pipe"],
    });
    expect(await gathered(child)).toMatchObject({
      code: 1,
      stderr: "Standard output can't be written: the disk is full; send it somewhere else.\n",
    });
    closeSync(full);
  });

  it("is an object with --json", async () => {
    const run = await cli.run(["diagnose", "--json", "2147483647"]);
    expect(JSON.parse(run.stderr)).toEqual({ error: { code: "no-such-process", message: expect.any(String) } });
    expect(run.stdout).toBe("");
  });
});

describe("help and version", () => {
  it("show every command and its options", async () => {
    const all = await cli.run(["--help"]);
    for (const name of ["list", "diagnose", "top", "export", "diff", "record", "serve"]) {
      expect(all.stdout).toContain(`  ${name}`);
      const one = await cli.run(["help", name]);
      expect((await cli.run([name, "--help"])).stdout).toBe(one.stdout);
      expect(one.stdout).toContain(`gilscope ${name}`);
      expect(one.code).toBe(0);
    }
    const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
    expect((await cli.run(["--version"])).stdout).toBe(`${version}\n`);
  }, 60_000);
});

describe("list and diagnose", () => {
  it("find a program that was started, by the published schemas", async () => {
    const child = await python(["work.py", "40", "4"]);
    const list = await cli.run(["list", "--json"]);
    const report = JSON.parse(list.stdout) as ListReport;
    expect(await schemaErrors("list", report)).toBeNull();
    expect(list.stderr).toBe("");
    const found = report.runtimes.find(({ pid }) => pid === child.pid);
    expect(found).toMatchObject({ name: "work.py", threadCount: 5, python: { implementation: "CPython" } });
    expect(report.windowSeconds).toBeGreaterThan(1);
    expect((await cli.run(["list"])).stdout).toMatch(new RegExp(`^ *${child.pid} .*work\\.py$`, "m"));

    const argv = ["diagnose", String(child.pid), "--json", "--fail-on", "gil-bound,lock-bound"];
    const run = await cli.run(argv);
    const diagnosis = JSON.parse(run.stdout) as DiagnoseReport;
    expect(await schemaErrors("diagnose", diagnosis)).toBeNull();
    expect(diagnosis).toMatchObject({ pid: child.pid, name: "work.py" });
    expect(diagnosis.threads).toHaveLength(5);
    expect(run.code).toBe(diagnosis.verdict === "gil-bound" || diagnosis.verdict === "lock-bound" ? 3 : 0);
    expect(diagnosis.headline.text).toBeTruthy();
  }, 60_000);

  it("say that a runtime ended while it was watched", async () => {
    const child = await python(["work.py", "4", "1"]);
    const run = await cli.run(["diagnose", String(child.pid), "--seconds", "30"]);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toMatch(/ended while it was watched|No process/);
  }, 60_000);

  it("say of a zombie that it is one", async () => {
    const parent = spawn("sh", ["-c", "sleep 0.1 & echo $!; exec sleep 30"], { stdio: ["ignore", "pipe", "ignore"] });
    started.push(parent);
    const [line] = (await once(parent.stdout!.setEncoding("utf8"), "data")) as [string];
    await new Promise((resolve) => setTimeout(resolve, 400));
    const run = await cli.run(["diagnose", line.trim()]);
    expect(run.stderr).toContain("zombie");
    expect(run.code).toBe(1);
  });

  it("print names that would act on a terminal as harmless text", async () => {
    const hostile = "\u001b]0;owned\u0007\u001b[2J\u009b31m\n) R 1 1 (\u202e<b>";
    const child = await python(["-c", SLEEP, hostile], `python3 ${hostile}`);
    for (const argv of [
      ["list"],
      ["list", "--json"],
      ["diagnose", String(child.pid), "--seconds", "1"],
      ["diagnose", String(child.pid), "--seconds", "1", "--json"],
    ]) {
      const run = await cli.run(argv);
      expect(run.code).toBe(0);
      expect(run.stdout).toContain(String(child.pid));
      expect((run.stdout + run.stderr).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  }, 60_000);

  it("end quietly when nobody reads on", async () => {
    const child = cli.start(["list", "--json"]);
    child.stdout?.destroy();
    expect(await gathered(child)).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("export and record", () => {
  it("write snapshots and tables that open again, and never half a file", async () => {
    const child = await python(["-c", SLEEP, "--password=hunter2"]);
    const at = { cwd: cli.folder };
    expect(await cli.run(["export", "--live", "--seconds", "1", "-o", "snap.json"], at)).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "",
    });
    const text = await readFile(join(cli.folder, "snap.json"), "utf8");
    expect(await schemaErrors("snapshot", JSON.parse(text))).toBeNull();
    expect(text).not.toContain("hunter2");
    const list = await cli.run(["list", "snap.json", "--json"], at);
    expect((JSON.parse(list.stdout) as ListReport).runtimes.some(({ pid }) => pid === child.pid)).toBe(true);
    const diagnosed = await cli.run(["diagnose", "snap.json", "--pid", String(child.pid), "--json"], at);
    expect((JSON.parse(diagnosed.stdout) as DiagnoseReport).pid).toBe(child.pid);
    const csv = await cli.run(["export", "snap.json", "--format", "csv-threads", "-o", "-"], at);
    expect(csv.stdout).toMatch(/^sampledAt,pid,runtime,tid/);

    await writeFile(join(cli.folder, "kept.json"), "kept");
    const failed = await cli.run(["export", "snap.json", "-o", "none/x.json"], at);
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toMatch(/can't be written: there is no such file or folder/);
    for (const [name, content] of [
      ["cut.json", text.slice(0, text.length / 2)],
      ["foreign.json", "PK"],
      ["empty.json", ""],
      ["newer.json", text.replace('"schemaVersion": 1', '"schemaVersion": 99')],
    ] as const) {
      await writeFile(join(cli.folder, name), content);
      const run = await cli.run(["export", name, "-o", "kept.json"], at);
      expect(run.code, name).toBe(1);
      expect(run.stderr, name).toMatch(/damaged|not a Gilscope|is empty|newer Gilscope/);
    }
    expect(await readFile(join(cli.folder, "kept.json"), "utf8")).toBe("kept");
    expect((await readdir(cli.folder)).filter((name) => /snap\.json.|kept\.json./.test(name))).toEqual([]);
  }, 90_000);

  it("export the moment of a recording that is asked for", async () => {
    const { header, samples } = simulate(BUSY_MACHINE, 20);
    const encoder = new RecordingEncoder(header);
    const text = encoder.headerLine + samples.map((sample) => encoder.encode(sample)).join("");
    await writeFile(join(cli.folder, "long.gilscope"), text);
    const at = { cwd: cli.folder };
    const csv = async (...more: readonly string[]): Promise<string> =>
      (await cli.run(["export", "long.gilscope", "--format", "csv", "-o", "-", ...more], at)).stdout;
    const time = (text: string): number => Date.parse(text.split("\n")[1]?.split(",")[0] ?? "");
    const [end, early] = [await csv(), await csv("--at", "7")];
    expect(time(end)).toBe(samples.at(-1)?.wallMs);
    expect(time(early)).toBe(samples[7]?.wallMs);
    const beyond = await cli.run(["export", "long.gilscope", "-o", "x.json", "--at", "90"], at);
    expect(beyond).toMatchObject({ code: 2, stdout: "" });
    expect(beyond.stderr).toMatch(/^The file lasts 20 s; /);
    await writeFile(join(cli.folder, "torn.gilscope"), text.slice(0, -20));
    const served = cli.start(["serve", "torn.gilscope"], at);
    const said = gathered(served);
    await new Promise((resolve) => served.stdout?.once("data", resolve));
    served.kill("SIGINT");
    expect((await said).stderr).toMatch(/breaks off in its last line/);
  }, 60_000);

  it("record until the time is over or the user interrupts; torn files open up to the tear", async () => {
    await python(["-c", SLEEP]);
    const at = { cwd: cli.folder };
    expect((await cli.run(["record", "-o", "a.gilscope", "--seconds", "2"], at)).code).toBe(0);
    expect((await cli.run(["record", "-o", "a.gilscope"], at)).stderr).toMatch(/exists and is not overwritten/);
    const interrupted = cli.start(["record", "-o", "b.gilscope"], at);
    const ended = gathered(interrupted);
    const lines = async (): Promise<number> =>
      (await readFile(join(cli.folder, "b.gilscope"), "utf8").catch(() => "")).split("\n").length;
    await expect.poll(lines, { timeout: 30_000 }).toBeGreaterThan(4);
    interrupted.kill("SIGINT");
    expect((await ended).code).toBe(0);
    const text = await readFile(join(cli.folder, "b.gilscope"), "utf8");
    await writeFile(join(cli.folder, "torn.gilscope"), text.slice(0, -20));
    for (const name of ["a.gilscope", "b.gilscope", "torn.gilscope"]) {
      const run = await cli.run(["list", name], at);
      expect(run.code, name).toBe(0);
      expect(run.stderr, name).toMatch(name.startsWith("torn") ? /breaks off in its last line/ : /^$/);
    }
  }, 60_000);
});

describe("record of some programs", () => {
  it("holds a process named by its pid and nothing of others, and ends when it does", async () => {
    const other = await python(["-c", SLEEP, "other"]);
    const wanted = await python(["work.py", "3", "1"]);
    const at = { cwd: cli.folder };
    expect((await cli.run(["record", "-o", "one.gilscope", String(wanted.pid)], at)).code).toBe(0);
    const text = await readFile(join(cli.folder, "one.gilscope"), "utf8");
    expect(text).toContain("work.py");
    expect(text).not.toContain('"other"');
    const list = await cli.run(["list", "one.gilscope", "--json"], at);
    expect((JSON.parse(list.stdout) as ListReport).runtimes.map(({ pid }) => pid)).not.toContain(other.pid);
  }, 60_000);

  it("holds a command it starts, whose input, output and exit code stay its own, whatever ends it", async () => {
    const at = { cwd: cli.folder };
    const echo = "import sys, time; print(sys.stdin.read().upper()); time.sleep(2); sys.exit(7)";
    const argv = ["record", "-o", "two.gilscope", "--", "python3", "-c", echo];
    const run = await cli.run(argv, { ...at, input: "hello" });
    expect(run).toMatchObject({ code: 7, stdout: "HELLO\n" });
    expect((await cli.run(["diff", "two.gilscope", "two.gilscope"], at)).code).toBe(0);
    const missing = ["record", "-o", "three.gilscope", "--", "no-such-command-at-all"];
    expect((await cli.run(missing, at)).code).toBe(127);
    for (const [signal, code] of [
      ["SIGTERM", 128 + 15],
      ["SIGINT", 128 + 2],
    ] as const) {
      const name = `${signal}.gilscope`;
      const loop = "import signal, time; signal.signal(2, signal.SIG_DFL); print('up', flush=True); time.sleep(30)";
      const child = cli.start(["record", "-o", name, "--", "python3", "-c", loop], at);
      const done = gathered(child);
      await once(child.stdout!, "data");
      child.kill(signal);
      expect((await done).code, signal).toBe(code);
      expect((await cli.run(["list", name], at)).code, signal).toBe(0);
    }
  }, 60_000);
});

describe("diagnose of a program that has just been started", () => {
  it("waits for the Python that a version manager's shell runs in its place", async () => {
    // The shell works for a moment, then runs Python with its own pid.
    const shim = `end=$(($(date +%s) + 2)); while [ $(date +%s) -lt $end ]; do :; done; exec python3 -c "${SLEEP}"`;
    const child = spawn("sh", ["-c", shim], { stdio: "ignore" });
    started.push(child);
    await once(child, "spawn");
    const run = await cli.run(["diagnose", String(child.pid), "--seconds", "1", "--json"]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(run.stdout)).toMatchObject({ pid: child.pid, python: { implementation: "CPython" } });
  }, 60_000);
});

describe("diagnose -- CMD", () => {
  const at = (): { readonly cwd: string } => ({ cwd: cli.folder });

  it("leaves the command its input, output and exit code, and reports on stderr", async () => {
    const echo = "import sys, time; print(sys.stdin.read().upper()); time.sleep(3); sys.exit(7)";
    const run = await cli.run(["diagnose", "--", "python3", "-c", echo], { ...at(), input: "hello" });
    expect(run).toMatchObject({ code: 7, stdout: "HELLO\n" });
    expect(run.stderr).toMatch(/pid [0-9]+ · CPython/);
  }, 60_000);

  it("exits with 3 when a verdict to fail on held, and writes the report where it is told", async () => {
    const argv = [
      "diagnose",
      "--fail-on",
      "gil-bound",
      "cpu-starved",
      "-o",
      "report.json",
      "--json",
      "--",
      "python3",
      "work.py",
      "6",
      "4",
    ];
    const run = await cli.run(argv, at());
    expect(run).toMatchObject({ code: 3, stdout: "", stderr: "" });
    const report = JSON.parse(await readFile(join(cli.folder, "report.json"), "utf8")) as DiagnoseReport;
    expect(await schemaErrors("diagnose", report)).toBeNull();
    expect(report.watched?.seconds).toBeGreaterThan(2);
    expect(
      (await cli.run(["diagnose", "--fail-on", "parallel", "--", "python3", "work.py", "3", "1", "5"], at())).code,
    ).toBe(5);
  }, 60_000);

  it("answers as env and timeout do for what can't be run", async () => {
    expect(await cli.run(["diagnose", "--", "no-such-command-at-all"])).toMatchObject({ code: 127 });
    expect(await cli.run(["diagnose", "--", "/etc/passwd"])).toMatchObject({ code: 126 });
    const unwritable = await cli.run(["diagnose", "-o", "none/x", "--", "touch", "made"], at());
    expect(unwritable.code).toBe(125);
    expect(await readdir(cli.folder)).not.toContain("made");
    expect(await cli.run(["diagnose", "--", "sh", "-c", "kill -9 $$"])).toMatchObject({ code: 137 });
    expect(await cli.run(["diagnose", "--", "true"])).toMatchObject({ code: 0 });
    expect(await cli.run(["diagnose", "--", "sleep", "4"])).toMatchObject({ code: 125 });
  }, 60_000);

  it("passes signals on and leaves no stray process", async () => {
    const child = cli.start(
      ["diagnose", "--", "python3", "-c", "import time; print('up', flush=True); time.sleep(50)"],
      at(),
    );
    const done = gathered(child);
    await once(child.stdout!, "data");
    child.kill("SIGTERM");
    expect((await done).code).toBe(128 + 15);
  }, 60_000);
});

describe("serve", () => {
  it("prints its address and the list, answers with the token, and stops cleanly", async () => {
    const sleeper = await python(["-c", SLEEP]);
    const child = cli.start(["serve"]);
    const done = gathered(child);
    let printed = "";
    child.stdout?.on("data", (text: string) => (printed += text));
    while (!printed.includes("runtime")) await once(child.stdout!, "data");
    const [, origin, token] = /(http:\/\/127\.0\.0\.1:[0-9]+)\/#token=([\w-]+)/.exec(printed) ?? [];
    expect(printed).toContain(String(sleeper.pid));
    expect(await (await fetch(`${origin}/`)).text()).toContain("<title>Gilscope");
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(`${origin}/api/nextFrame`, {
      method: "POST",
      headers,
      body: JSON.stringify({ source: "live", after: -1, selectedRowId: null }),
    });
    expect(await answer.text()).toContain('"sequence"');
    expect((await fetch(`${origin}/api/welcome`, { method: "POST", body: "null" })).status).toBe(401);
    child.kill("SIGINT");
    expect(await done).toMatchObject({ code: 0, stderr: "" });
  }, 60_000);

  it("serves metrics and a socket, each by its own token", async () => {
    const at = { cwd: cli.folder };
    const child = cli.start(["serve", "--socket", "s.sock", "--metrics", "--metrics-token-file", "token"], at);
    const done = gathered(child);
    let printed = "";
    child.stdout?.on("data", (text: string) => (printed += text));
    while (!printed.includes("runtime") && !printed.includes("No Python")) await once(child.stdout!, "data");
    expect(printed).toMatch(/ssh -L 8080:\/\S+\/s\.sock HOST/);
    const token = (await readFile(join(cli.folder, "token"), "utf8")).trim();
    const scraped = await new Promise<string>((resolve, reject) => {
      const headers = { host: "localhost", authorization: `Bearer ${token}` };
      request({ socketPath: join(cli.folder, "s.sock"), path: "/metrics", headers }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => (body += text));
        response.on("end", () => resolve(body));
      })
        .on("error", reject)
        .end();
    });
    expect(scraped).toMatch(/^gilscope_host_online_cpus [0-9]+$/m);
    child.kill("SIGTERM");
    expect(await done).toMatchObject({ code: 0, stderr: "" });
    expect(await readdir(cli.folder)).not.toContain("s.sock");
  }, 60_000);

  it("lets viewers act only where that is allowed, and only on the process that was meant", async () => {
    const sleeper = await python(["-c", SLEEP]);
    const ended = once(sleeper, "exit");
    for (const allowed of [false, true]) {
      const child = cli.start(allowed ? ["serve", "--allow-actions"] : ["serve"]);
      const done = gathered(child);
      let printed = "";
      child.stdout?.on("data", (text: string) => (printed += text));
      while (!printed.includes(String(sleeper.pid))) await once(child.stdout!, "data");
      const [, origin, token] = /(http:\/\/127\.0\.0\.1:[0-9]+)\/#token=([\w-]+)/.exec(printed) ?? [];
      const ask = async <Answer>(name: string, argument: unknown): Promise<Answer> => {
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
        const answer = await fetch(`${origin}/api/${name}`, { method: "POST", headers, body: encodeWire(argument) });
        return decodeWire(await answer.text()) as Answer;
      };
      expect((await ask<Welcome>("welcome", null)).actions).toBe(allowed);
      const { view } = await ask<NextFrame>("nextFrame", { source: "live", after: -1, selectedRowId: null });
      const row = view?.rows.find(({ pid }) => pid === sleeper.pid);
      const { view: detailed } = await ask<NextFrame>("frameAt", {
        source: "live",
        wallMs: view?.wallMs,
        selectedRowId: row?.rowId,
      });
      const { startTicks = 0, rowId: processRowId } = detailed?.selected?.runtime ?? {};
      const act = { processRowId, pid: sleeper.pid, startTicks, action: { kind: "signal", signal: "SIGTERM" } };
      const other = { ...act, startTicks: startTicks + 1 };
      expect(await ask("act", other)).toMatchObject({ refusal: allowed ? "not-a-runtime" : "not-allowed" });
      expect(sleeper.exitCode ?? sleeper.signalCode).toBeNull();
      expect(await ask("act", act)).toMatchObject(allowed ? { state: "done" } : { refusal: "not-allowed" });
      child.kill("SIGTERM");
      expect((await done).code).toBe(0);
    }
    expect((await ended)[1]).toBe("SIGTERM");
  }, 60_000);

  it("says that a port is taken", async () => {
    const first = cli.start(["serve"]);
    const done = gathered(first);
    const [text] = (await once(first.stdout!, "data")) as [string];
    const port = /127\.0\.0\.1:([0-9]+)/.exec(text)?.[1] ?? "";
    const second = await cli.run(["serve", "--port", port]);
    expect(second).toMatchObject({ code: 1, stdout: "" });
    expect(second.stderr).toContain(`Port ${port} is taken`);
    first.kill("SIGTERM");
    expect((await done).code).toBe(0);
  }, 60_000);
});
