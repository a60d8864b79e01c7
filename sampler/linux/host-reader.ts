import * as fs from "node:fs";
import * as os from "node:os";
import type { HostFacts, HostSample } from "../../core/sample/raw-sample.ts";
import type { Clock } from "../provider.ts";
import { CpuRecord, numberAfterKey, parseCpuStat } from "./byte-parser.ts";
import { type KeptFiles, outcomeOf } from "./kept-files.ts";

const AVAILABLE_KEY = Buffer.from("MemAvailable:");
const FREE_KEY = Buffer.from("MemFree:");
const SWAP_TOTAL_KEY = Buffer.from("SwapTotal:");
const SWAP_FREE_KEY = Buffer.from("SwapFree:");
const TOTAL_KEY = Buffer.from("MemTotal:");

/** `AT_PAGESZ` and `AT_CLKTCK` of getauxval(3). */
const AUXV_PAGE_BYTES = 6;
const AUXV_CLOCK_TICKS = 17;

/** `uname -m` for each of Node's names; Node 16 cannot ask the kernel. */
const MACHINES: Readonly<Record<string, string>> = {
  x64: "x86_64",
  arm64: "aarch64",
  ia32: "i686",
  arm: "armv7l",
  ppc64: "ppc64le",
};

/** Page size and clock ticks per second from `/proc/self/auxv`, with the usual values where it cannot be read. */
export function kernelUnits(root: string): { readonly pageBytes: number; readonly clockTicksPerSecond: number } {
  let pageBytes = 4096;
  let clockTicksPerSecond = 100;
  try {
    const auxv = fs.readFileSync(`${root}/self/auxv`);
    for (let at = 0; at + 16 <= auxv.length; at += 16) {
      const key = auxv.readBigUInt64LE(at);
      const value = Number(auxv.readBigUInt64LE(at + 8));
      if (key === BigInt(AUXV_PAGE_BYTES) && value >= 1024) pageBytes = value;
      else if (key === BigInt(AUXV_CLOCK_TICKS) && value > 0) clockTicksPerSecond = value;
    }
  } catch {
    // The usual values hold on every common machine.
  }
  return { pageBytes, clockTicksPerSecond };
}

/** Facts of the machine from /proc and the operating system; what cannot be read is empty or 0. */
export function readHostFacts(root: string, clock: Clock): HostFacts {
  const units = kernelUnits(root);
  const uptimeSeconds = Number.parseFloat(text(`${root}/uptime`)) || 0;
  const memory = bytes(`${root}/meminfo`);
  const model = /^(?:model name|Model|Processor)\s*:\s*(.+)$/m.exec(text(`${root}/cpuinfo`));
  const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text("/etc/os-release"));
  const cpus = new CpuRecord();
  const stat = bytes(`${root}/stat`);
  parseCpuStat(stat, stat.length, cpus);
  return {
    hostName: os.hostname(),
    operatingSystem: name?.[1] ?? "Linux",
    kernel: text(`${root}/sys/kernel/osrelease`).trim(),
    architecture: MACHINES[process.arch] ?? process.arch,
    cpuModel: model?.[1]?.trim() ?? "",
    onlineCpus: Math.max(1, cpus.cpus),
    memoryBytes: Math.max(0, numberAfterKey(memory, memory.length, TOTAL_KEY)) * 1024,
    ...units,
    bootWallMs: Math.round(clock.wallMs() - uptimeSeconds * 1000),
  };
}

function bytes(path: string): Buffer {
  try {
    return fs.readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

function text(path: string): string {
  return bytes(path).toString("utf8");
}

/** Reads the counters of the whole machine from kept files. */
export class HostReader {
  readonly #root: string;
  readonly #files: KeptFiles;
  readonly #ticksPerSecond: number;
  readonly #cpus = new CpuRecord();
  #buffer = Buffer.allocUnsafeSlow(16 * 1024);
  #statFd = -1;
  #memoryFd = -1;

  constructor(root: string, files: KeptFiles, ticksPerSecond: number) {
    this.#root = root;
    this.#files = files;
    this.#ticksPerSecond = ticksPerSecond;
  }

  /** Busy seconds of each CPU go into `busySecondsByCpu` of the answer, a new array. */
  read(): HostSample {
    this.#statFd = this.#ensure(this.#statFd, "stat");
    const length = this.#readFrom(this.#statFd);
    if (length > 0) parseCpuStat(this.#buffer, length, this.#cpus);
    const cpus = this.#cpus;
    const busySecondsByCpu = new Float64Array(cpus.cpus);
    for (let i = 0; i < cpus.cpus; i += 1) busySecondsByCpu[i] = cpus.busyTicksByCpu[i]! / this.#ticksPerSecond;
    this.#memoryFd = this.#ensure(this.#memoryFd, "meminfo");
    const memory = this.#readFrom(this.#memoryFd);
    const available = numberAfterKey(this.#buffer, memory, AVAILABLE_KEY);
    const free = numberAfterKey(this.#buffer, memory, FREE_KEY);
    const swapTotal = numberAfterKey(this.#buffer, memory, SWAP_TOTAL_KEY);
    const swapFree = numberAfterKey(this.#buffer, memory, SWAP_FREE_KEY);
    return {
      busySeconds: cpus.busyTicks / this.#ticksPerSecond,
      stealSeconds: cpus.stealTicks / this.#ticksPerSecond,
      busySecondsByCpu,
      memoryAvailableBytes: Math.max(0, available >= 0 ? available : free) * 1024,
      swapUsedBytes: Math.max(0, swapTotal - swapFree) * 1024,
    };
  }

  close(): void {
    for (const fd of [this.#statFd, this.#memoryFd]) if (fd >= 0) fs.closeSync(fd);
    this.#statFd = -1;
    this.#memoryFd = -1;
  }

  #ensure(fd: number, name: string): number {
    return fd >= 0 ? fd : this.#files.open(`${this.#root}/${name}`);
  }

  #readFrom(fd: number): number {
    if (fd < 0) return 0;
    try {
      const length = fs.readSync(fd, this.#buffer, 0, this.#buffer.length, 0);
      if (length === this.#buffer.length && length < 1 << 20) {
        // Only the first lines matter, but a machine of many CPUs has many of them.
        this.#buffer = Buffer.allocUnsafeSlow(length * 2);
        return this.#readFrom(fd);
      }
      return length;
    } catch (error) {
      return Math.min(0, outcomeOf(error));
    }
  }
}
