import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RecordingEncoder } from "../core/recording/encoder.ts";
import { simulate } from "../core/testing/sample-builder.ts";
import { BUSY_MACHINE } from "../core/testing/scenarios.ts";
import { type BundledCli, bundleCli } from "./testing/bundled-cli.ts";

const run = promisify(execFile);
const hasTmux = await run("tmux", ["-V"]).then(
  () => true,
  () => false,
);

let cli: BundledCli;
let folder = "";

beforeAll(async () => {
  cli = await bundleCli();
  folder = await mkdtemp(join(tmpdir(), "gilscope-top-"));
  const { header, samples } = simulate(BUSY_MACHINE, 20);
  const encoder = new RecordingEncoder(header);
  const text = encoder.headerLine + samples.map((sample) => encoder.encode(sample)).join("");
  await writeFile(join(cli.folder, "busy.gilscope"), text);
}, 60_000);

afterAll(async () => {
  await cli.remove();
  await rm(folder, { recursive: true, force: true });
});

describe("top where output is no terminal", () => {
  it("prints lists without control sequences", async () => {
    const file = await cli.run(["top", "busy.gilscope"], { cwd: cli.folder });
    expect(file).toMatchObject({ code: 0, stderr: "" });
    expect(file.stdout).toMatch(/4100 .* gil-bound .*train\.py/);
    const live = await cli.run(["top", "--count", "2", "--every", "1"]);
    expect(live.code).toBe(0);
    expect(live.stdout.match(/^\d{4}-\d\d-\d\dT/gm)).toHaveLength(2);
    expect((file.stdout + live.stdout).replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  }, 60_000);
});

/** A terminal of its own: a tmux server on a socket that nobody else has. */
class Screen {
  private readonly socket = join(folder, `s${Math.random().toString(36).slice(2)}`);

  private tmux(...argv: readonly string[]): Promise<{ readonly stdout: string }> {
    return run("tmux", ["-f", "/dev/null", "-S", this.socket, ...argv]);
  }

  async open(columns: number, lines: number, environment: readonly string[] = []): Promise<void> {
    const shell = ["env", "-i", `PATH=${process.env["PATH"]}`, "TERM=screen-256color", "LANG=C.UTF-8", "PS1=$ "];
    const size = ["-x", String(columns), "-y", String(lines)];
    await this.tmux("-u", "new-session", "-d", ...size, "-c", cli.folder, ...shell, ...environment, "sh");
  }

  async type(...keys: readonly string[]): Promise<void> {
    await this.tmux("send-keys", ...keys);
  }

  async line(text: string): Promise<void> {
    await this.tmux("send-keys", "-l", text);
    await this.type("Enter");
  }

  async resize(columns: number, lines: number): Promise<void> {
    await this.tmux("resize-window", "-x", String(columns), "-y", String(lines));
  }

  async read(withColours = false): Promise<string> {
    return (await this.tmux("capture-pane", "-p", ...(withColours ? ["-e"] : []))).stdout;
  }

  /** The screen once it looks as wanted. */
  async until(wanted: RegExp): Promise<string> {
    await expect.poll(() => this.read(), { timeout: 15_000, interval: 50 }).toMatch(wanted);
    return this.read();
  }

  async close(): Promise<void> {
    await this.tmux("kill-server").catch(() => {});
  }
}

describe.skipIf(!hasTmux)("top in a terminal (needs tmux)", () => {
  const command = (): string => `${process.execPath} ${join(cli.folder, "out", "cli.cjs")} top`;

  it.each([
    [80, 24],
    [200, 50],
  ])(
    "draws, follows keys and gives the screen back at %i columns and %i lines",
    async (columns, lines) => {
      const screen = new Screen();
      try {
        await screen.open(columns, lines);
        await screen.line("echo before; clear; echo kept");
        await screen.until(/^kept/);
        await screen.line(`${command()} busy.gilscope; echo code $?`);
        const first = await screen.until(/train\.py/);
        expect(first).toMatch(/^Gilscope {2}busy\.gilscope/);
        expect(first.trimEnd().split("\n")).toHaveLength(lines);
        expect(first).toMatch(/wait for one GIL/);
        expect(first.includes("MEMORY")).toBe(columns >= 150);
        expect(await screen.read(true)).toContain("\u001b[38;5;208m");
        await screen.type("s");
        await screen.until(/ by cpu/);
        await screen.type("/");
        await screen.type("-l", "hog");
        await screen.until(/filter: hog_/);
        expect(await screen.read()).not.toContain("train.py");
        await screen.type("Escape");
        await screen.until(/train\.py/);
        await screen.type("Down");
        await screen.type("Space");
        await screen.until(/paused at/);
        await screen.type("?");
        await screen.until(/Signs in STATES/);
        await screen.type("x");
        await screen.resize(100, 30);
        await expect.poll(async () => (await screen.read()).trimEnd().split("\n").length, { timeout: 10_000 }).toBe(30);
        await screen.type("q");
        const after = await screen.until(/^code 0/m);
        expect(after).toMatch(/^kept$/m);
        expect(after).not.toContain("VERDICT");
        await screen.line("stty -a | grep -o ' -\\?icanon'");
        await screen.until(/^ icanon/m);
      } finally {
        await screen.close();
      }
    },
    60_000,
  );

  it("is live, has no colours with NO_COLOR, and gives the screen back when it is ended from outside", async () => {
    const screen = new Screen();
    let child: ChildProcess | null = null;
    try {
      child = spawn("python3", ["-c", "import time; time.sleep(40)"], { stdio: "ignore" });
      await screen.open(80, 24, ["NO_COLOR=1"]);
      await screen.line(command());
      await screen.until(/^Gilscope .* live$[\s\S]*VERDICT/m);
      expect(await screen.read(true)).not.toContain("38;5;");
      await screen.type("C-z");
      await screen.until(/^\[1\] \+ Stopped/m);
      await screen.line("fg; echo ended $?");
      await screen.until(/VERDICT/);
      await screen.type("C-c");
      await screen.until(/^ended 0/m);
      await screen.line(`clear; sh -c 'echo $$ > pid; exec ${command()}'; echo over $?`);
      await screen.until(/VERDICT/);
      process.kill(Number(await readFile(join(cli.folder, "pid"), "utf8")), "SIGTERM");
      expect(await screen.until(/^over 0/m)).not.toContain("VERDICT");
    } finally {
      child?.kill("SIGKILL");
      await screen.close();
    }
  }, 60_000);
});
