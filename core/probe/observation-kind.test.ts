import { describe, expect, it } from "vitest";
import type { Observation } from "../sample/raw-sample.ts";
import { SEEN } from "../testing/observations.ts";
import { OBSERVATION_KINDS, observationKinds } from "./observation-kind.ts";

function kinds(observations: readonly Observation[], architecture = "x86_64"): readonly string[] {
  return [...observationKinds(observations, architecture)].map((kind) => OBSERVATION_KINDS[kind] ?? "?");
}

describe("observationKinds", () => {
  it("tells the wait for the GIL from other futexes", () => {
    expect(kinds([SEEN.gilWait, SEEN.lockWait, SEEN.timedLockWait])).toEqual(["gilWait", "lock", "timedLock"]);
    expect(kinds([{ ...SEEN.gilWait, futexOperation: 0x189 }])).toEqual(["gilWait"]);
  });

  it("uses the numbers of the architecture", () => {
    const onArm = { ...SEEN.gilWait, syscall: 98 };
    expect(kinds([onArm], "aarch64")).toEqual(["gilWait"]);
    expect(kinds([onArm], "x86_64")).not.toEqual(["gilWait"]);
    expect(kinds([onArm], "riscv64")).toEqual(["unknown"]);
    expect(
      kinds(
        [
          { ...SEEN.sleep, syscall: 115 },
          { ...SEEN.epoll, syscall: 22 },
        ],
        "aarch64",
      ),
    ).toEqual(["sleep", "ioWait"]);
  });

  it("counts the GIL's own mutex and forced switching, but no other word of the runtime's data", () => {
    const nearby = {
      ...SEEN.lockWait,
      region: "runtime-data" as const,
      futexOperation: 0x80,
      offset: SEEN.gilWait.offset + 48,
    };
    const elsewhere = { ...nearby, offset: 99_999 };
    expect(kinds([SEEN.gilWait, nearby, elsewhere])).toEqual(["gilWait", "gilWait", "lock"]);
    expect(kinds([nearby])).toEqual(["lock"]);
  });

  it("names what is not a futex", () => {
    expect(kinds([SEEN.running, SEEN.sleep, SEEN.socketRead, SEEN.epoll, SEEN.blocked])).toEqual([
      "running",
      "sleep",
      "ioWait",
      "ioWait",
      "blocked",
    ]);
    expect(
      kinds([
        { ...SEEN.sleep, syscall: 23, timed: true },
        { ...SEEN.sleep, syscall: 23, timed: false },
      ]),
    ).toEqual(["select", "ioWait"]);
    expect(kinds([{ ...SEEN.sleep, syscall: 9999 }])).toEqual(["unknown"]);
  });

  it.each([
    ["futex_do_wait", "futex"],
    ["futex_wait_queue_me", "futex"],
    ["hrtimer_nanosleep", "sleep"],
    ["do_nanosleep", "sleep"],
    ["ep_poll", "ioWait"],
    ["do_poll.constprop.0", "ioWait"],
    ["pipe_read", "ioWait"],
    ["inet_csk_accept", "ioWait"],
    ["do_signal_stop", "stopped"],
    ["0", "running"],
    ["something_else", "unknown"],
  ])("wait channel %s is %s", (waitChannel, kind) => {
    expect(kinds([{ ...SEEN.wchanFutex, waitChannel }])).toEqual([kind]);
  });
});
