import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RuntimeFrame } from "../../core/frame/frame.ts";
import { EXAMPLE_IDS } from "../../core/launch/examples.ts";
import { FOUR_ON_ONE_GIL } from "../../core/testing/scenarios.ts";
import { anyPython } from "../testing/pythons.ts";
import { simulatedEngine } from "../testing/simulated-engine.ts";
import { exampleCommand } from "./example.ts";
import { findOnPath, Launcher } from "./launcher.ts";
import { OutputRing } from "./output-ring.ts";

const python = anyPython()?.executable ?? "python3";

let folder: string;
let launcher: Launcher;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gilscope-launch-"));
  launcher = new Launcher();
});

afterEach(async () => {
  await launcher.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<number> {
  const outcome = await launcher.start({
    words,
    workingDirectory: folder,
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
  });
  if (outcome.state !== "started") throw new Error(outcome.problem);
  return outcome.id;
}

const output = (id: number): string => launcher.state(id, 0, [])?.output.text ?? "";

async function ended(id: number): Promise<{ exitCode: number | null; signal: string | null } | null> {
  await expect.poll(() => launcher.state(id, 0, [])?.ended ?? null, { timeout: 10_000 }).not.toBeNull();
  return launcher.state(id, 0, [])?.ended ?? null;
}

describe.runIf(process.platform === "linux")("a launched program", () => {
  it("gets its words untouched by any shell, its folder and its environment, and gives output and exit code", async () => {
    const words = ["$HOME", "; touch pwned", "a b", "`id`", "*"];
    const code = "import os, sys; print(sys.argv[1:], os.getcwd(), os.environ['X']); sys.exit(7)";
    const id = await start([python, "-c", code, ...words], { X: "$(id)" });
    expect(await ended(id)).toEqual({ exitCode: 7, signal: null });
    await expect.poll(() => output(id)).toBe(`${`[${words.map((word) => `'${word}'`).join(", ")}]`} ${folder} $(id)\n`);
  });

  it("is asked to end together with what it started, and is ended where it does not listen", async () => {
    const id = await start(["sh", "-c", "sleep 60 & echo child $!; wait"]);
    await expect.poll(() => output(id)).toMatch(/child \d+/);
    const grandchild = Number(/child (\d+)/.exec(output(id))?.[1]);
    expect(launcher.end(id, false)).toBe(true);
    expect(await ended(id)).toEqual({ exitCode: null, signal: "SIGTERM" });
    await expect.poll(() => stateOf(grandchild)).toMatch(/^[ZX]?$/);
    expect(launcher.end(id, true)).toBe(false);

    const deaf = await start(["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"]);
    await expect.poll(() => output(deaf)).toContain("ready");
    launcher.end(deaf, false);
    expect(launcher.state(deaf, 0, [])?.ended).toBeNull();
    launcher.end(deaf, true);
    expect(await ended(deaf)).toEqual({ exitCode: null, signal: "SIGKILL" });
  });

  it("is found among the runtimes, also behind a wrapper", async () => {
    const engine = simulatedEngine();
    engine.step({ processes: [FOUR_ON_ONE_GIL] });
    const [runtime] = engine.frame()?.runtimes ?? [];
    const as = (pid: number): readonly RuntimeFrame[] => (runtime === undefined ? [] : [{ ...runtime, pid }]);
    const id = await start(["sh", "-c", "sleep 60 & echo child $!; wait"]);
    await expect.poll(() => output(id)).toMatch(/child \d+/);
    expect(launcher.state(id, 0, as(1))?.rowId).toBeNull();
    expect(launcher.state(id, 0, as(Number(/\d+/.exec(output(id))?.[0])))?.rowId).toBe(runtime?.rowId);
  });

  it("says why it was not started", async () => {
    const outcome = (words: readonly string[], workingDirectory: string | null = folder) =>
      launcher.start({ words, workingDirectory, environment: [] });
    const plain = join(folder, "plain.txt");
    writeFileSync(plain, "no program");
    expect(await outcome([join(folder, "missing")])).toEqual({ state: "failed", problem: "not-found" });
    expect(await outcome([plain])).toEqual({ state: "failed", problem: "not-executable" });
    expect(await outcome(["sh"], join(folder, "missing"))).toEqual({ state: "failed", problem: "no-folder" });
    expect(await outcome(["sh"], plain)).toEqual({ state: "failed", problem: "no-folder" });
    for (let count = 0; count < 8; count += 1) await start(["sleep", "30"]);
    expect(await outcome(["sleep", "30"])).toEqual({ state: "failed", problem: "too-many" });
  });

  it("ends with the launcher", async () => {
    const id = await start(["sleep", "60"]);
    await launcher.close();
    expect(launcher.state(id, 0, [])?.ended).not.toBeNull();
  });

  it("is an example where Python is found, and nothing where it is not", async () => {
    expect(await exampleCommand("gil-bound", folder, folder)).toBeNull();
    for (const example of EXAMPLE_IDS) {
      const command = await exampleCommand(example, folder);
      const source = readFileSync(command?.words[1] ?? "", "utf8");
      const check = await start([python, "-c", "import sys; compile(sys.argv[1], 'x', 'exec')", source]);
      expect(await ended(check), example).toEqual({ exitCode: 0, signal: null });
    }
    expect(findOnPath(["no-such-program"])).toBeNull();
  });
});

describe("the output that is kept", () => {
  it("is the newest, and says where it begins", () => {
    const ring = new OutputRing(10);
    const sink = ring.sink();
    sink(Buffer.from("0123456789"));
    expect(ring.since(4)).toEqual({ from: 4, text: "456789" });
    sink(Buffer.from("abcde"));
    expect(ring.since(0)).toEqual({ from: 5, text: "56789abcde" });
    expect(ring.since(15)).toEqual({ from: 15, text: "" });
  });

  it("puts characters together that were cut", () => {
    const ring = new OutputRing(10);
    const sink = ring.sink();
    const bytes = Buffer.from("é€");
    for (const byte of bytes) sink(Buffer.of(byte));
    expect(ring.since(0).text).toBe("é€");
  });
});

function stateOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.[0] ?? "";
  } catch {
    return "";
  }
}
