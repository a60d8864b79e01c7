import type { Capability, CapabilityId } from "../core/sample/capabilities.ts";
import type { AbsentReason } from "../core/sample/reading.ts";

interface ObstacleWords {
  /** What stands in the way. */
  readonly sentence: string;
  /** What would grant it; empty when nothing does. */
  readonly remedy: string;
}

const OBSTACLES: Readonly<Record<string, ObstacleWords>> = {
  "yama-scope-1": {
    sentence: "The kernel lets only a program's own ancestors read it (kernel.yama.ptrace_scope is 1).",
    remedy:
      "Start the program from Gilscope, run Gilscope as root, or set `sysctl kernel.yama.ptrace_scope=0` until the next restart.",
  },
  "yama-scope-2": {
    sentence: "The kernel lets only administrators read other programs (kernel.yama.ptrace_scope is 2).",
    remedy: "Run Gilscope as root or with CAP_SYS_PTRACE.",
  },
  "yama-scope-3": {
    sentence: "The kernel lets nobody read other programs (kernel.yama.ptrace_scope is 3).",
    remedy: "Only a restart with a lower kernel.yama.ptrace_scope changes that.",
  },
  "no-syscall-file": {
    sentence: "This kernel does not show what threads wait in (/proc/PID/syscall is missing).",
    remedy: "A kernel built with CONFIG_HAVE_ARCH_TRACEHOOK and access to /proc/PID/syscall is needed.",
  },
  denied: {
    sentence: "The program belongs to another user, or the system protects it from being read.",
    remedy: "Run Gilscope as the same user, as root, or with CAP_SYS_PTRACE.",
  },
  "not-root": {
    sentence: "Programs of other users show their CPU and memory, but not what their threads wait for.",
    remedy: "Run Gilscope as root or with CAP_SYS_PTRACE to see that too.",
  },
  "other-user": {
    sentence: "The program belongs to another user.",
    remedy: "Run Gilscope as that user, as root, or with CAP_SYS_PTRACE.",
  },
  "more-capabilities": {
    sentence: "The program has capabilities that Gilscope does not have, so the kernel keeps Gilscope from reading it.",
    remedy: "Run Gilscope as root or with CAP_SYS_PTRACE.",
  },
  container: {
    sentence: "The program runs in a container of its own, into which this user may not look.",
    remedy: "Run Gilscope as root on the host, or inside the container.",
  },
  protected: {
    sentence:
      "The program protects itself from being read, as one does that was started with other rights (it is not dumpable).",
    remedy: "Run Gilscope as root or with CAP_SYS_PTRACE.",
  },
  "user-namespace": {
    sentence:
      "Gilscope's rights count only inside its own user namespace, as in a rootless container, and the program is outside.",
    remedy: "Run Gilscope on the host as the program's user or as root.",
  },
  "security-module": {
    sentence:
      "A security module of the kernel (AppArmor, SELinux) or a container's profile forbids reading this program.",
    remedy:
      "Allow ptrace read access in its profile; in Docker, start Gilscope's container with `--cap-add SYS_PTRACE --security-opt apparmor=unconfined`.",
  },
  hidepid: {
    sentence: "Programs of other users are hidden here (/proc is mounted with hidepid).",
    remedy:
      "Run Gilscope as root, add its user to the group that the gid= option of /proc names, or `mount -o remount,hidepid=0 /proc`.",
  },
  "pid-namespace": {
    sentence: "Gilscope runs in a container and sees only the programs inside it.",
    remedy: "Run Gilscope on the host, or start its container with `--pid=host`.",
  },
  "no-proc": {
    sentence: "This operating system has no /proc, from which threads are read.",
    remedy: "",
  },
  "schedstat-zero": {
    sentence: "This kernel or sandbox does not count how long threads run and wait for a CPU (schedstat is zero).",
    remedy: "A kernel with CONFIG_SCHED_INFO is needed; some container sandboxes leave it out.",
  },
  "no-cgroup": {
    sentence: "No control group hierarchy is visible, so CPU quotas can't be read.",
    remedy: "Mount /sys/fs/cgroup where Gilscope runs.",
  },
  architecture: {
    sentence: "System call numbers of this machine's architecture are not known.",
    remedy: "",
  },
  "unknown-layout": {
    sentence: "The memory layout of this interpreter is not known, so its GIL is not read.",
    remedy: "",
  },
  pypy: {
    sentence: "Only CPython's memory is known, so PyPy's GIL is not read.",
    remedy: "",
  },
  "no-runtime": {
    sentence: "The Python runtime was not found in the program's memory, so its GIL is not read.",
    remedy: "",
  },
};

/** Says what stands in the way; an obstacle without words of its own is named as it is. */
export function obstacleSentence(obstacle: string): string {
  return OBSTACLES[obstacle]?.sentence ?? `Not available here (${obstacle}).`;
}

/** Says what would remove an obstacle; empty when nothing does. */
export function obstacleRemedy(obstacle: string): string {
  return OBSTACLES[obstacle]?.remedy ?? "";
}

/** Says what stands in the way and, where something does, what would remove it. */
export function obstacleText(obstacle: string): string {
  return `${obstacleSentence(obstacle)} ${obstacleRemedy(obstacle)}`.trim();
}

const CAPABILITIES: Readonly<Record<CapabilityId, { readonly name: string; readonly gives: string }>> = {
  processTable: { name: "Processes", gives: "which programs run, their CPU and memory" },
  threadTable: { name: "Threads", gives: "the threads of each runtime" },
  threadCpu: { name: "CPU by thread", gives: "how much CPU each thread uses" },
  runQueueWait: { name: "Waiting for a CPU", gives: "how long each thread was ready to run without a CPU" },
  futexProbe: { name: "What threads wait for", gives: "which threads wait for the GIL and which for something else" },
  gilMemory: { name: "The GIL itself", gives: "who holds the GIL and how often it changes hands" },
  cgroupLimits: { name: "CPU quotas", gives: "limits that a container or service sets" },
  otherUsers: { name: "Other users' programs", gives: "the same for programs of other users" },
  wholeMachine: { name: "The whole machine", gives: "programs outside this container" },
};

/** Name of a capability, for headings. */
export function capabilityName(id: CapabilityId): string {
  return CAPABILITIES[id].name;
}

/** What a capability gives, or what is lost without it, why, and what would grant it. */
export function capabilitySentence(capability: Capability): string {
  const { name, gives } = CAPABILITIES[capability.id];
  if (capability.available) return `${name}: ${gives}.`;
  const obstacle = capability.obstacle ?? "";
  return `Not known: ${gives}. ${obstacle === "" ? absentSentence(capability.reason ?? "unsupported") : obstacleText(obstacle)}`;
}

const ABSENT: Readonly<Record<AbsentReason, string>> = {
  denied: "The system does not allow reading it with these rights.",
  gone: "It ended before it could be read.",
  unsupported: "This system or interpreter does not offer it.",
  "not-yet": "Not enough has been seen yet.",
};

/** Why a figure is not known, as a sentence. */
export function absentSentence(reason: AbsentReason): string {
  return ABSENT[reason];
}
