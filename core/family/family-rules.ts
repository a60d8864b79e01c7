import type { Role, StartMethod } from "../frame/frame.ts";

/** What one command line tells of a process's part in its family. */
export interface MemberRule {
  /** Of the command line as one text. */
  readonly pattern: RegExp;
  /** Of the kernel's name of the process; it decides where it is there. */
  readonly comm?: RegExp;
  readonly kind: string;
  readonly role: Role;
  readonly startMethod: StartMethod | null;
}

/**
 * Command lines of children that managers start themselves; the first match counts.
 * Sources: `multiprocessing/spawn.py` (get_command_line), `multiprocessing/forkserver.py` (ensure_running),
 * `multiprocessing/resource_tracker.py`, `joblib/externals/loky/backend/popen_loky_posix.py`, `torch/utils/data/_utils/worker.py` (names its process), `ray/_private/services.py`.
 */
export const MEMBER_RULES: readonly MemberRule[] = [
  { pattern: /^$/, comm: /^pt_data_worker/, kind: "dataloader", role: "worker", startMethod: null },
  { pattern: /loky\.backend\.resource_tracker/, kind: "loky", role: "helper", startMethod: null },
  {
    pattern: /resource_tracker import main|semaphore_tracker import main/,
    kind: "multiprocessing",
    role: "helper",
    startMethod: null,
  },
  { pattern: /loky\.backend\.popen_loky|LokyProcess/, kind: "loky", role: "worker", startMethod: "spawn" },
  {
    pattern: /multiprocessing\.spawn import spawn_main|--multiprocessing-fork/,
    kind: "multiprocessing",
    role: "worker",
    startMethod: "spawn",
  },
  {
    pattern: /multiprocessing\.forkserver import main/,
    kind: "multiprocessing",
    role: "helper",
    startMethod: "forkserver",
  },
  { pattern: /^ray::|\/ray\/_private\/workers\/default_worker\.py/, kind: "ray", role: "worker", startMethod: "spawn" },
  {
    pattern: /\/ray\/(dashboard|_private)\/\S*(dashboard|agent|agent_main|log_monitor|monitor)\.py/,
    kind: "ray",
    role: "helper",
    startMethod: null,
  },
  { pattern: /^gunicorn: worker/, kind: "gunicorn", role: "worker", startMethod: "fork" },
  { pattern: /ForkPoolWorker/, kind: "celery", role: "worker", startMethod: "fork" },
  { pattern: /\bipykernel(_launcher)?\b/, kind: "jupyter", role: "worker", startMethod: null },
];

/** Command lines of managers; the first match at the head of a family names its kind. */
export const MANAGER_RULES: readonly { readonly pattern: RegExp; readonly kind: string }[] = [
  { pattern: /(^|[/ ])gunicorn\b/, kind: "gunicorn" },
  { pattern: /(^|[/ [])celery(d)?\b/, kind: "celery" },
  { pattern: /(^|[/ ])uvicorn\b/, kind: "uvicorn" },
  { pattern: /(^|[/ ])jupyter|(^|[/ .])ipykernel/, kind: "jupyter" },
  { pattern: /(^|[/ ])torchrun\b|torch\.distributed/, kind: "torchrun" },
];

/** Programs that only start another one: a Python below them still belongs to the Python above. Interactive shells are left out: what is typed there is its own program. */
export const TRANSPARENT_COMMS: ReadonlySet<string> = new Set([
  "sh",
  "dash",
  "env",
  "nice",
  "ionice",
  "timeout",
  "time",
  "nohup",
  "setsid",
  "tini",
  "dumb-init",
  "sudo",
  "stdbuf",
  "taskset",
  "raylet",
]);
