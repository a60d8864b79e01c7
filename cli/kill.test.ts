import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFileSource } from "../sampler/source.ts";
import { type BundledCli, bundleCli, gathered } from "./testing/bundled-cli.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGKILL"] as const;
const ROUNDS = 3;
const LONGEST_MS = 3500;
/** Marks what the commands start, so that it is found again. */
const CHILD = "import time; time.sleep(20)  # gilscope-kill-test";

let cli: BundledCli;

beforeAll(async () => {
  cli = await bundleCli();
}, 60_000);

afterAll(() => cli.remove());

/** Command lines of all processes that were started from here. */
function strays(mark: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((pid) => {
      try {
        const text = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return text.includes(mark) ? [text] : [];
      } catch {
        return [];
      }
    });
}

/** Starts a command, kills it at a random moment, and waits for its end. */
async function killed(argv: readonly string[], signal: NodeJS.Signals, afterMs: number): Promise<void> {
  const child = cli.start(argv, { cwd: cli.folder });
  child.stdin?.end();
  const done = gathered(child);
  await sleep(afterMs);
  child.kill(signal);
  await done;
}

/** What is wrong with a recording that was cut off; null when it opens, or when not even its first sample was written. */
async function problemOf(name: string): Promise<string | null> {
  const text = await readFile(join(cli.folder, name), "utf8").catch(() => null);
  if (text === null) return null;
  const lines = text.split("\n").length - 1;
  const opened = await openFileSource(name, text);
  if (!opened.ok) return lines < 2 ? null : opened.message;
  const { samples, damagedLines } = opened.source.end;
  return samples === lines - 1 && damagedLines === 0 ? null : `${samples} samples of ${lines} lines`;
}

describe.skipIf(process.platform !== "linux")("killed at any time", () => {
  it.each(SIGNALS)(
    "with %s, recordings can be read to the last whole sample and nothing is left running",
    async (signal) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const afterMs = Math.round(Math.random() * LONGEST_MS);
        const name = `${signal}-${round}.gilscope`;
        const turning = `${signal}-${round}-turning.gilscope`;
        await Promise.all([
          killed(["record", "-o", name], signal, afterMs),
          killed(["record", "-o", turning, "--max-mib", "0.1", "--rotate", "2"], signal, afterMs),
        ]);
        for (const file of [name, turning, `${turning}.1`, `${turning}.2`]) {
          expect(await problemOf(file), `${file}, ${signal} after ${afterMs} ms`).toBeNull();
        }
        expect(strays(cli.folder), `${signal} after ${afterMs} ms`).toEqual([]);
      }
    },
    90_000,
  );

  it.each(SIGNALS)(
    "with %s, other commands leave nothing running either",
    async (signal) => {
      const afterMs = Math.round(Math.random() * LONGEST_MS);
      const commands = [
        ["serve", "--socket", `${signal}.sock`],
        ["top", "--every", "1"],
        ["export", "--live", "-o", `${signal}.json`],
        ["list"],
      ];
      await Promise.all(commands.map((argv) => killed(argv, signal, afterMs)));
      expect(strays(cli.folder), `${signal} after ${afterMs} ms`).toEqual([]);
      const names = readdirSync(cli.folder);
      if (signal !== "SIGKILL") expect(names).not.toContain(`${signal}.sock`);
      // An export is there whole or not at all.
      if (names.includes(`${signal}.json`)) JSON.parse(await readFile(join(cli.folder, `${signal}.json`), "utf8"));
    },
    60_000,
  );

  it.each([
    ["record", "-o"],
    ["diagnose", null],
  ])(
    "%s ends what it started when it is told to end or killed, and not before it could be started",
    async (verb, to) => {
      for (const signal of SIGNALS) {
        const name = `command-${signal}.gilscope`;
        const words = [verb, ...(to === null ? [] : [to, name]), "--", "python3", "-c", CHILD];
        const child = cli.start(words, { cwd: cli.folder });
        child.stdin?.end();
        const ended = once(child, "exit");
        await expect.poll(() => strays("gilscope-kill-test").length, { timeout: 20_000 }).toBeGreaterThan(0);
        await sleep(Math.random() * 2000);
        child.kill(signal);
        await ended;
        // Killed itself, it leaves the asking to the kernel, which does not wait for the command's end.
        if (signal === "SIGKILL")
          await expect.poll(() => strays("gilscope-kill-test"), { timeout: 10_000 }).toEqual([]);
        else expect(strays("gilscope-kill-test"), signal).toEqual([]);
        expect(await problemOf(name)).toBeNull();
      }
    },
    90_000,
  );
});
