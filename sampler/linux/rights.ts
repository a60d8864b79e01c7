import * as fs from "node:fs";
import type { Capabilities, Capability, CapabilityId } from "../../core/sample/capabilities.ts";
import type { AbsentReason } from "../../core/sample/reading.ts";

/** `CAP_SYS_PTRACE` of capabilities(7). */
const CAP_SYS_PTRACE = 19n;
/** Inode of the machine's first pid namespace, `PROC_PID_INIT_INO` of the kernel (proc_ns.h). */
const FIRST_PID_NAMESPACE = "pid:[4026531836]";
/** The same of the first user namespace, `PROC_USER_INIT_INO`. */
const FIRST_USER_NAMESPACE = "user:[4026531837]";

/** What this program may do on this machine, as far as it can be told without trying it on others. */
export interface Rights {
  readonly root: boolean;
  /** Effective user and group, -1 when not known. */
  readonly userId: number;
  readonly groupId: number;
  /** Effective capabilities, one bit each. */
  readonly capabilities: bigint;
  /** Effective `CAP_SYS_PTRACE`. */
  readonly ptrace: boolean;
  /** `kernel.yama.ptrace_scope`; null where there is no Yama. */
  readonly yamaScope: number | null;
  /** Whether /proc is mounted so that other users' processes are hidden from this one. */
  readonly hidesProcesses: boolean;
  /** Whether this program sees only the processes of its own pid namespace, as in a container. */
  readonly ownPidNamespace: boolean;
  /** Whether its capabilities count only inside a user namespace, as in a rootless container. */
  readonly ownUserNamespace: boolean;
  /** Whether the kernel shows what a thread waits in (`/proc/PID/syscall`). */
  readonly syscallFile: boolean;
  /** Whether `schedstat` counts. */
  readonly schedstat: boolean;
}

/** Finds out the rights of this program under a root of /proc. */
export function readRights(root: string): Rights {
  const status = text(`${root}/self/status`);
  const capabilities = maskOf(status, "CapEff");
  const userId = Number(/^Uid:\s*\d+\s+(\d+)/m.exec(status)?.[1] ?? -1);
  const groupId = Number(/^Gid:\s*\d+\s+(\d+)/m.exec(status)?.[1] ?? -1);
  const groups = (/^Groups:(.*)$/m.exec(status)?.[1] ?? "").trim().split(/\s+/);
  const ptrace = ((capabilities >> CAP_SYS_PTRACE) & 1n) === 1n;
  const scope = Number.parseInt(text(`${root}/sys/kernel/yama/ptrace_scope`), 10);
  const mount = text(`${root}/self/mountinfo`)
    .split("\n")
    .find((line) => / - proc /.test(line) && line.includes(` ${root} `));
  const run = Number.parseInt(text(`${root}/self/schedstat`), 10);
  const pidNamespace = link(`${root}/self/ns/pid`);
  const userNamespace = link(`${root}/self/ns/user`);
  return {
    root: userId === 0,
    userId,
    groupId,
    capabilities,
    ptrace,
    yamaScope: Number.isNaN(scope) ? null : scope,
    hidesProcesses: mount !== undefined && hides(mount, ptrace, [...groups, String(groupId)]),
    ownPidNamespace: pidNamespace !== null && pidNamespace !== FIRST_PID_NAMESPACE,
    ownUserNamespace: userNamespace !== null && userNamespace !== FIRST_USER_NAMESPACE,
    syscallFile: text(`${root}/self/syscall`) !== "",
    // A program that has come this far has run: zeros mean that the kernel or a sandbox does not count.
    schedstat: run > 0,
  };
}

/** Whether a mount of /proc hides others' processes: `hidepid=` by number or name, but not from members of `gid=` (proc(5)). */
function hides(mount: string, ptrace: boolean, groups: readonly string[]): boolean {
  const hidepid = /hidepid=(\w+)/.exec(mount)?.[1] ?? "off";
  if (hidepid === "0" || hidepid === "off") return false;
  // `ptraceable` shows what may be traced, and the group counts for nothing.
  if (hidepid === "4" || hidepid === "ptraceable") return !ptrace;
  const gid = /[,\s]gid=(\d+)/.exec(mount)?.[1] ?? "0";
  return !ptrace && !groups.includes(gid);
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
    rights.hidesProcesses
      ? missing("otherUsers", "denied", "hidepid")
      : rights.ptrace
        ? available("otherUsers")
        : missing("otherUsers", "denied", "not-root"),
    rights.ownPidNamespace ? missing("wholeMachine", "denied", "pid-namespace") : available("wholeMachine"),
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

/**
 * Why one process may not be looked into although it was tried, by the kernel's rule (ptrace(2), "Ptrace access mode checking").
 * @param status the process's `/proc/PID/status`
 */
export function obstacleToProcess(rights: Rights, status: string): string {
  const users = /^Uid:\s*(\d+)\s+(\d+)\s+(\d+)/m.exec(status)?.slice(1).map(Number) ?? [];
  const namespaces = (/^NSpid:(.*)$/m.exec(status)?.[1] ?? "").trim().split(/\s+/).length;
  if (rights.ptrace) {
    if (rights.yamaScope === 3) return "yama-scope-3";
    return rights.ownUserNamespace ? "user-namespace" : "security-module";
  }
  if (users.some((user) => user !== rights.userId)) return "other-user";
  const general = obstacleToProbe(rights);
  if (general !== null) return general;
  if ((maskOf(status, "CapPrm") & ~rights.capabilities) !== 0n) return "more-capabilities";
  return namespaces > 1 ? "container" : "protected";
}

function maskOf(status: string, name: string): bigint {
  const mask = new RegExp(`^${name}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1];
  return mask === undefined ? 0n : BigInt(`0x${mask}`);
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

function link(path: string): string | null {
  try {
    return fs.readlinkSync(path);
  } catch {
    return null;
  }
}
