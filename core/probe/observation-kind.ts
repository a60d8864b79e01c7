import type { Observation } from "../sample/raw-sample.ts";
import { type SystemCallTable, systemCallTable } from "./system-calls.ts";

/**
 * What an observation means before the interpreter it belongs to is considered.
 *
 * - `gilWait`: waits for the GIL, or for its hand-over
 * - `lock`: an untimed futex elsewhere
 * - `timedLock`: a timed futex elsewhere; where a GIL can lie on the heap it may be that one
 * - `select`: a timed select, which is `time.sleep` in older interpreters
 * - `futex`: some futex, without the right to see which
 */
export const OBSERVATION_KINDS = [
  "running",
  "gilWait",
  "lock",
  "timedLock",
  "futex",
  "ioWait",
  "sleep",
  "select",
  "blocked",
  "stopped",
  "unknown",
  "gone",
] as const;

/** One meaning of an observation. */
export type ObservationKind = (typeof OBSERVATION_KINDS)[number];

const FUTEX_WAIT_BITSET = 9;

/**
 * Bytes around the GIL's condition variable that still belong to the GIL: its mutex and the pair for forced switching
 * (`struct _gil_runtime_state` of CPython, about 200 bytes) and the stealer's mutex of PyPy.
 */
const GIL_NEIGHBOURHOOD_BYTES = 512;

/** True for the wait in `take_gil`: a timed FUTEX_WAIT_BITSET on the runtime's own data. */
function waitsForGil(observation: Observation, table: SystemCallTable): boolean {
  return (
    observation.kind === "syscall" &&
    observation.syscall === table.futex &&
    (observation.futexOperation & 0x7f) === FUTEX_WAIT_BITSET &&
    observation.timed &&
    observation.region === "runtime-data"
  );
}

const WAIT_CHANNELS: readonly (readonly [RegExp, ObservationKind])[] = [
  [/^futex/, "futex"],
  [/nanosleep|hrtimer|nsleep/, "sleep"],
  [/signal_stop|ptrace_stop/, "stopped"],
  [
    /poll|select|pipe|sock|skb|unix_|inet_|tcp_|sk_wait|wait_woken|io_schedule|folio_wait|page|do_wait|read|write|jbd2|ext4|xfs|nfs|rpc/,
    "ioWait",
  ],
];

function kindOfWaitChannel(waitChannel: string): ObservationKind {
  if (waitChannel === "" || waitChannel === "0") return "running";
  return WAIT_CHANNELS.find(([pattern]) => pattern.test(waitChannel))?.[1] ?? "unknown";
}

function kindOf(
  observation: Observation,
  table: SystemCallTable | null,
  gilOffsets: readonly number[],
): ObservationKind {
  switch (observation.kind) {
    case "running":
    case "gone":
    case "blocked":
      return observation.kind;
    case "wchan":
      return kindOfWaitChannel(observation.waitChannel);
    case "syscall":
      break;
  }
  if (table === null) return "unknown";
  const call = observation.syscall;
  if (call === table.futex) {
    if (waitsForGil(observation, table)) return "gilWait";
    const byTheGil =
      observation.region === "runtime-data" &&
      gilOffsets.some((offset) => Math.abs(offset - observation.offset) <= GIL_NEIGHBOURHOOD_BYTES);
    if (byTheGil) return "gilWait";
    return observation.timed ? "timedLock" : "lock";
  }
  if (call === table.yields) return "running";
  if (table.selects.has(call)) return observation.timed ? "select" : "ioWait";
  if (table.sleeps.has(call)) return "sleep";
  return table.waits.has(call) ? "ioWait" : "unknown";
}

/** What each row of the table of observations means: indices into `OBSERVATION_KINDS`, one per observation. */
export function observationKinds(observations: readonly Observation[], architecture: string): Uint8Array {
  const table = systemCallTable(architecture);
  const gilOffsets = table === null ? [] : observations.filter((o) => waitsForGil(o, table)).map((o) => o.offset);
  return Uint8Array.from(observations, (observation) =>
    OBSERVATION_KINDS.indexOf(kindOf(observation, table, gilOffsets)),
  );
}
