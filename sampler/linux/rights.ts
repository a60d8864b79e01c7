import * as fs from "node:fs";
import type { Capabilities, Capability, CapabilityId } from "../../core/sample/capabilities.ts";
import type { AbsentReason } from "../../core/sample/reading.ts";

/** `CAP_SYS_PTRACE` of capabilities(7). */
const CAP_SYS_PTRACE = 19n;

/** What this program may do on this machine, as far as it can be told without trying it on others. */
export interface Rights {
  readonly root: boolean;
  /** Effective `CAP_SYS_PTRACE`. */
  readonly ptrace: boolean;
  /** `kernel.yama.ptrace_scope`; null where there is no Yama. */
  readonly yamaScope: number | null;
  /** Whether /proc is mounted so that other users' processes are hidden. */
  readonly hidesProcesses: boolean;
  /** Whether the kernel shows what a thread waits in (`/proc/PID/syscall`). */
  readonly syscallFile: boolean;
  /** Whether `schedstat` counts. */
  readonly schedstat: boolean;
}

/** Finds out the rights of this program under a root of /proc. */
export function readRights(root: string): Rights {
  const status = text(`${root}/self/status`);
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status);
  const uid = /^Uid:\s*\d+\s+(\d+)/m.exec(status);
  const scope = Number.parseInt(text(`${root}/sys/kernel/yama/ptrace_scope`), 10);
  const mount = text(`${root}/self/mountinfo`)
    .split("\n")
    .find((line) => / - proc /.test(line) && line.includes(` ${root} `));
  const run = Number.parseInt(text(`${root}/self/schedstat`), 10);
  return {
    root: uid?.[1] === "0",
    ptrace: effective !== null && ((BigInt(`0x${effective[1]}`) >> CAP_SYS_PTRACE) & 1n) === 1n,
    yamaScope: Number.isNaN(scope) ? null : scope,
    hidesProcesses: mount !== undefined && /hidepid=(?!0\b|off\b)/.test(mount),
    syscallFile: text(`${root}/self/syscall`) !== "",
    // A program that has come this far has run: zeros mean that the kernel or a sandbox does not count.
    schedstat: run > 0,
  };
}

/** States what the Linux provider can know with these rights. */
export function capabilitiesOf(rights: Rights, cgroups: boolean): Capabilities {
  const probeObstacle = obstacleToProbe(rights);
  const probe = (id: CapabilityId): Capability =>
    probeObstacle === null
      ? available(id)
      : missing(id, probeObstacle === "no-syscall-file" ? "unsupported" : "denied", probeObstacle);
  return [
    available("processTable"),
    available("threadTable"),
    available("threadCpu"),
    rights.schedstat ? available("runQueueWait") : missing("runQueueWait", "unsupported", "schedstat-zero"),
    probe("futexProbe"),
    probe("gilMemory"),
    cgroups ? available("cgroupLimits") : missing("cgroupLimits", "unsupported", "no-cgroup"),
    rights.hidesProcesses && !rights.ptrace
      ? missing("otherUsers", "denied", "hidepid")
      : rights.ptrace
        ? available("otherUsers")
        : missing("otherUsers", "denied", "not-root"),
  ];
}

/** What keeps every process from being probed, Yama's documentation in the kernel (LSM/Yama.rst); null when nothing does. */
export function obstacleToProbe(rights: Rights): string | null {
  if (!rights.syscallFile) return "no-syscall-file";
  if (rights.yamaScope === 3) return "yama-scope-3";
  if (rights.ptrace) return null;
  if (rights.yamaScope === 2) return "yama-scope-2";
  return rights.yamaScope === 1 ? "yama-scope-1" : null;
}

function available(id: CapabilityId): Capability {
  return { id, available: true, reason: null, obstacle: null };
}

function missing(id: CapabilityId, reason: AbsentReason, obstacle: string): Capability {
  return { id, available: false, reason, obstacle };
}

function text(path: string): string {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
