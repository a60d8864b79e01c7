import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable, Writable } from "node:stream";
import { expect, test } from "@playwright/test";
import { DevToolsPipe } from "../harness/devtools-pipe.ts";
import { sandboxSwitches } from "../harness/program.ts";

const packaged = process.env["GILSCOPE_TEST_PACKAGED"] ?? "";
const binary = process.platform === "linux" ? join(dirname(packaged), "gilscope-window") : packaged;

/** The environment without anything a window could open on. */
function withoutDisplay(): NodeJS.ProcessEnv {
  const { DISPLAY: _x11, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
  return rest;
}

test.describe("the packed program", () => {
  test("answers list --json without a display", () => {
    const { status, stdout, stderr } = spawnSync(packaged, ["list", "--json"], {
      env: withoutDisplay(),
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty("schemaVersion");
  });

  test("hands the exit code and the error of a command on", () => {
    const { status, stdout, stderr } = spawnSync(packaged, ["diagnose", "999999999", "--json"], {
      env: withoutDisplay(),
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(JSON.parse(stderr)).toHaveProperty("error.code");
  });

  test("serves without a display until it is interrupted, and ends in good order", async () => {
    const child = spawn(packaged, ["serve"], { env: withoutDisplay(), stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
    await new Promise<void>((resolve) =>
      child.stdout.on("data", (text) => String(text).includes("#token=") && resolve()),
    );
    child.kill("SIGINT");
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  test("opens its window and shows this machine", async () => {
    const userData = mkdtempSync(join(tmpdir(), "gilscope-packed-"));
    const child = spawn(packaged, [...sandboxSwitches(), "--remote-debugging-pipe", `--user-data-dir=${userData}`], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    const [, , , output, input] = child.stdio;
    if (!(output instanceof Writable && input instanceof Readable)) throw new Error("the pipes are missing");
    try {
      const devTools = new DevToolsPipe(output, input);
      await expect.poll(() => devTools.evaluate("location.href")).toBe("gilscope://app/index.html");
      await expect.poll(() => devTools.evaluate("document.body.innerText")).toContain("sampled every");
    } finally {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await gone;
      rmSync(userData, { recursive: true, force: true });
    }
  });

  test("19: has the fuses of an installed program", async () => {
    const { getCurrentFuseWire } = await import("@electron/fuses");
    const wire = await getCurrentFuseWire(binary);
    const [disabled, enabled] = ["0", "1"].map((letter) => letter.charCodeAt(0));
    expect({
      runAsNode: wire[0],
      cookieEncryption: wire[1],
      nodeOptions: wire[2],
      inspectArguments: wire[3],
      onlyLoadAppFromAsar: wire[5],
    }).toEqual({
      runAsNode: disabled,
      cookieEncryption: enabled,
      nodeOptions: disabled,
      inspectArguments: disabled,
      onlyLoadAppFromAsar: enabled,
    });
  });

  test("can't be turned into a plain Node, nor made to load other code", () => {
    const { stdout } = spawnSync(binary, ["-e", "console.log('ran')"], {
      env: { ...withoutDisplay(), ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "--require=/nonexistent.js" },
      encoding: "utf8",
      timeout: 20_000,
    });
    expect(stdout).not.toContain("ran");
    expect(existsSync(join(dirname(binary), "resources", "app"))).toBe(false);
    expect(existsSync(join(dirname(binary), "resources", "default_app.asar"))).toBe(false);
  });

  test("does not open a window as root without saying why", () => {
    test.skip(process.platform !== "linux" || process.getuid?.() !== 0, "only root is refused");
    const { status, stderr } = spawnSync(packaged, [], { encoding: "utf8", timeout: 20_000 });
    expect(status).toBe(1);
    expect(stderr).toContain("gilscope serve");
  });
});
