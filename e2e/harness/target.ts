import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { killIfThere, killTree } from "./ending.ts";
import { enterQuotaGroup, type QuotaGroup } from "./quota-group.ts";
import type { TargetLabel } from "./target-label.ts";

/** A target that runs. */
export interface RunningTarget {
  readonly label: TargetLabel;
  readonly pid: number;
  /** Folder of the cgroup that was made for it; null without a quota. */
  readonly quotaFolder: string | null;
  /** Seconds its threads have waited so far by their own books; null where it keeps none. */
  ledgerSeconds(): number | null;
  /** Ends it and everything that was started for it, and waits until it is gone. */
  stop(): Promise<void>;
}

/** Size of the target's file of doubles, see `Ledger` of `_target.py`. */
const LEDGER_BYTES = 8 * 256;

/**
 * Starts a target under its conditions and waits for its sign that the labelled behaviour has begun.
 * Everything started ends by itself after `seconds`, whatever becomes of this program.
 * @param environment Further variables, for example `PYTHONPATH`
 */
export async function startTarget(
  label: TargetLabel,
  python: string,
  seconds: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningTarget> {
  const { quotaCores, affinityCpus, foreignPerCpu } = label.conditions;
  const group: QuotaGroup | null = quotaCores === null ? null : enterQuotaGroup(quotaCores);
  const folder = label.asleep.for === "ledger" ? mkdtempSync(join(tmpdir(), "gilscope-ledger-")) : null;
  const ledger = folder === null ? null : join(folder, "ledger");
  if (ledger !== null) writeFileSync(ledger, Buffer.alloc(LEDGER_BYTES));
  const cpus = readdirSync("/sys/devices/system/cpu").filter((name) => /^cpu\d+$/.test(name)).length;
  const stopForeign = startForeignLoad(Math.round(foreignPerCpu * cpus), seconds);
  const command = affinityCpus === null ? python : "taskset";
  const prefix = affinityCpus === null ? [] : ["-c", `0-${affinityCpus - 1}`, python];
  const child = spawn(command, [...prefix, label.path], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      ...environment,
      GILSCOPE_TARGET_SECONDS: String(seconds),
      GILSCOPE_TARGET_PARAMETERS: Object.entries(label.parameters)
        .map(([name, value]) => `${name}=${value}`)
        .join(" "),
      ...(ledger === null ? {} : { GILSCOPE_TARGET_LEDGER: ledger }),
      PYTHONDONTWRITEBYTECODE: "1",
    },
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${python} could not be started`);
  group?.add(pid);
  const stop = async (): Promise<void> => {
    stopForeign();
    // Workers would go on computing under the next target.
    await killTree(child);
    await group?.remove();
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitForReady(child, label.name);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    label,
    pid,
    quotaFolder: group?.folder ?? null,
    ledgerSeconds: () => (ledger === null ? null : sumOf(readFileSync(ledger))),
    stop,
  };
}

/** Starts programs that compute, are no Pythons, and end by themselves after `seconds`; the answer ends them now. */
export function startForeignLoad(programs: number, seconds: number): () => void {
  const started = Array.from({ length: programs }, () =>
    spawn("timeout", [String(seconds), "sh", "-c", "while :; do :; done"], { stdio: "ignore", detached: true }),
  );
  return () => {
    for (const { pid, exitCode } of started) if (pid !== undefined && exitCode === null) killIfThere(-pid);
  };
}

function sumOf(doubles: Buffer): number {
  let sum = 0;
  for (let offset = 0; offset + 8 <= doubles.length; offset += 8) sum += doubles.readDoubleLE(offset);
  return sum;
}

function waitForReady(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) {
      reject(new Error(`${name} has no output to wait for`));
      return;
    }
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      if (line.startsWith("ready ")) resolve();
    });
    child.once("exit", (code, signal) => reject(new Error(`${name} ended before it was ready (${code ?? signal})`)));
    child.once("error", reject);
  });
}
