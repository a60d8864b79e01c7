import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { VERDICT_IDS, type Verdict } from "../../core/verdict/verdict.ts";
import { processTree } from "./process-tree.ts";
import { enterQuotaGroup, type QuotaGroup } from "./quota-group.ts";

/** Under which circumstances a target's label is true. */
export interface Conditions {
  /** Cores of a cgroup quota; null for none. */
  readonly quotaCores: number | null;
  /** Number of CPUs it is pinned to; null for all. */
  readonly affinityCpus: number | null;
  /** Foreign computing programs per CPU. */
  readonly foreignPerCpu: number;
}

/** One labelled program of the corpus. */
export interface TargetLabel {
  /** File name without its ending. */
  readonly name: string;
  readonly path: string;
  readonly what: string;
  readonly verdict: Verdict["id"];
  readonly split: "tune" | "report";
  readonly conditions: Conditions;
  /** Label of its child runtimes; null when it has none that are judged. */
  readonly childVerdict: Verdict["id"] | null;
}

/** A target that runs. */
export interface RunningTarget {
  readonly label: TargetLabel;
  readonly pid: number;
  /** Ends it and everything that was started for it, and waits until it is gone. */
  stop(): Promise<void>;
}

/** Reads the labels in the doc strings of every target of a folder. Throws on a label that is not a verdict. */
export function readLabels(folder: string): readonly TargetLabel[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".py") && !file.startsWith("_"))
    .sort()
    .map((file) => parseLabel(join(folder, file)));
}

function parseLabel(path: string): TargetLabel {
  const docString = /^"""([\s\S]*?)"""/.exec(readFileSync(path, "utf8"))?.[1];
  if (docString === undefined) throw new Error(`${path} has no doc string with its label`);
  const field = (name: string): string | null =>
    new RegExp(`^${name}: (.*)$`, "m").exec(docString)?.[1]?.trim() ?? null;
  const condition = (name: string): number | null => {
    const value = new RegExp(`\\b${name}=([0-9.]+)`).exec(field("conditions") ?? "")?.[1];
    return value === undefined ? null : Number(value);
  };
  const children = field("children");
  return {
    name: basename(path, ".py"),
    path,
    what: docString.split("\n")[0] ?? "",
    verdict: verdictId(field("label"), path),
    split: field("split") === "report" ? "report" : "tune",
    conditions: {
      quotaCores: condition("quota"),
      affinityCpus: condition("affinity"),
      foreignPerCpu: condition("foreign") ?? 0,
    },
    childVerdict: children === null ? null : verdictId(children, path),
  };
}

function verdictId(text: string | null, path: string): Verdict["id"] {
  const found = VERDICT_IDS.find((id) => id === text);
  if (found === undefined) throw new Error(`${path}: "${text}" is not a verdict`);
  return found;
}

/**
 * Starts a target under its conditions and waits for its sign that the labelled behaviour has begun.
 * Everything started ends by itself after `seconds`, whatever becomes of this program.
 */
export async function startTarget(label: TargetLabel, python: string, seconds: number): Promise<RunningTarget> {
  const { quotaCores, affinityCpus, foreignPerCpu } = label.conditions;
  const group: QuotaGroup | null = quotaCores === null ? null : enterQuotaGroup(quotaCores);
  const foreign: ChildProcess[] = [];
  const cpus = readdirSync("/sys/devices/system/cpu").filter((name) => /^cpu\d+$/.test(name)).length;
  for (let i = 0; i < Math.round(foreignPerCpu * cpus); i += 1) {
    foreign.push(
      spawn("timeout", [String(seconds), "sh", "-c", "while :; do :; done"], { stdio: "ignore", detached: true }),
    );
  }
  const command = affinityCpus === null ? python : "taskset";
  const prefix = affinityCpus === null ? [] : ["-c", `0-${affinityCpus - 1}`, python];
  const child = spawn(command, [...prefix, label.path], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, GILSCOPE_TARGET_SECONDS: String(seconds), PYTHONDONTWRITEBYTECODE: "1" },
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${python} could not be started`);
  group?.add(pid);
  const stop = async (): Promise<void> => {
    for (const hog of foreign) if (hog.pid !== undefined && hog.exitCode === null) process.kill(-hog.pid, "SIGKILL");
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      // Workers would go on computing under the next target.
      for (const member of processTree(pid).slice().reverse()) process.kill(member.pid, "SIGKILL");
      await gone;
    }
    await group?.remove();
  };
  try {
    await waitForReady(child, label.name);
  } catch (error) {
    await stop();
    throw error;
  }
  return { label, pid, stop };
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
