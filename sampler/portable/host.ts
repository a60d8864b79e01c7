import * as os from "node:os";
import type { HostFacts, HostSample } from "../../core/sample/raw-sample.ts";
import type { Clock } from "../provider.ts";

/** Start times are given in hundredths of a second since boot, as on Linux. */
export const TICKS_PER_SECOND = 100;

/** Facts of the machine as Node knows them on every operating system. */
export function nodeHostFacts(clock: Clock): HostFacts {
  const cpus = os.cpus();
  return {
    hostName: os.hostname(),
    operatingSystem: os.version(),
    kernel: os.release(),
    architecture: process.arch === "x64" ? "x86_64" : process.arch === "arm64" ? "aarch64" : process.arch,
    cpuModel: cpus[0]?.model.trim() ?? "",
    onlineCpus: Math.max(1, cpus.length),
    memoryBytes: os.totalmem(),
    pageBytes: 4096,
    clockTicksPerSecond: TICKS_PER_SECOND,
    bootWallMs: Math.round(clock.wallMs() - os.uptime() * 1000),
  };
}

/** Counters of the machine as Node knows them. */
export function nodeHostSample(): HostSample {
  const busySecondsByCpu = Float64Array.from(
    os.cpus(),
    ({ times }) => (times.user + times.nice + times.sys + times.irq) / 1000,
  );
  return {
    busySeconds: busySecondsByCpu.reduce((sum, seconds) => sum + seconds, 0),
    stealSeconds: 0,
    busySecondsByCpu,
    memoryAvailableBytes: os.freemem(),
    swapUsedBytes: 0,
  };
}
