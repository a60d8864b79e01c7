import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Frame, RuntimeFrame } from "../core/frame/frame.ts";
import { frameWhen } from "./testing/frame-when.ts";
import { anyPython, startProgram } from "./testing/pythons.ts";
import { testEngines } from "./testing/test-engines.ts";

const SCRIPTS = path.join(import.meta.dirname, "testing", "trees");
const MEBIBYTE = 2 ** 20;
const python = anyPython();
const onLinux = process.platform === "linux";

/** A control group of its own for what a test starts, version 1 or 2; null without the rights. */
class MemoryGroup {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  static make(): MemoryGroup | null {
    const parent = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"].find((one) =>
      fs.existsSync(path.join(one, one.endsWith("memory") ? "memory.usage_in_bytes" : "cgroup.controllers")),
    );
    if (parent === undefined) return null;
    const folder = path.join(parent, `gilscope-test-${process.pid}`);
    try {
      fs.mkdirSync(folder);
      return new MemoryGroup(folder);
    } catch {
      return null;
    }
  }

  /** Anonymous memory charged to it. */
  charged(): number {
    const stat = fs.readFileSync(path.join(this.folder, "memory.stat"), "utf8");
    const of = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(stat)?.[1] ?? Number.NaN);
    return Number.isNaN(of("anon")) ? of("total_rss") + of("total_shmem") : of("anon") + of("shmem");
  }

  remove(): void {
    try {
      fs.rmdirSync(this.folder);
    } catch {
      // Somebody in it has not quite ended; an empty group does no harm.
    }
  }
}

const engines = testEngines();

function familyOf(frame: Frame, pid: number): readonly RuntimeFrame[] {
  const own = frame.runtimes.find((runtime) => runtime.pid === pid);
  return frame.runtimes.filter(({ familyId }) => familyId === own?.familyId);
}

async function start(kind: string, group: MemoryGroup | null): Promise<number> {
  const procs = group === null ? "/dev/null" : path.join(group.folder, "cgroup.procs");
  const shell = `echo $$ > ${procs}; exec "$0" "$@"`;
  const args = ["-c", shell, python?.executable ?? "", path.join(SCRIPTS, "memory.py"), kind];
  return (await startProgram("sh", args)).pid;
}

const group = onLinux && python !== null ? MemoryGroup.make() : null;
afterAll(() => group?.remove());

describe.skipIf(!onLinux || python === null)("memory of real programs", () => {
  it.skipIf(group === null)(
    "of a fork is told as its control group is charged, and un-sharing is seen soon",
    { timeout: 60_000 },
    async () => {
      const pid = await start("fork", group);
      const running = await engines.start(300);
      const found = await frameWhen(running, (frame) => familyOf(frame, pid).length === 2);
      const child = familyOf(found, pid).find((runtime) => runtime.pid !== pid)!;
      running.setAttention({ selectedRowId: child.rowId, visible: true });
      const before = await frameWhen(running, (frame) => familyOf(frame, pid).every(({ pssBytes }) => pssBytes.known));
      const cow = before.runtimes.find(({ rowId }) => rowId === child.rowId)!.memory.copyOnWrite!;
      expect(cow.sharedBytes).toBeGreaterThan(0.98 * 512 * MEBIBYTE);
      const family = before.families.find(({ id }) => id === child.familyId)!;
      const pss = family.pssBytes.known ? family.pssBytes.value : Number.NaN;
      expect(Math.abs(pss - group!.charged()) / group!.charged()).toBeLessThan(0.02);
      expect(family.unreadRowIds).toEqual([]);

      const chargedBefore = group!.charged();
      process.kill(child.pid, "SIGUSR1");
      const rising = await frameWhen(running, (frame) => {
        const rate = frame.runtimes.find(({ rowId }) => rowId === child.rowId)?.memory.copyOnWrite
          ?.unsharedBytesPerSecond;
        return rate?.known === true && rate.value > MEBIBYTE;
      });
      expect(rising).toBeDefined();
      // Its own steps tell the time: it has written for at most five seconds, however slow the machine is.
      expect(group!.charged() - chargedBefore).toBeLessThan(5 * 10 * MEBIBYTE);
      // The child writes to a quarter of what it shares.
      const written = 128 * MEBIBYTE;
      const after = await frameWhen(running, (frame) => {
        const now = frame.runtimes.find(({ rowId }) => rowId === child.rowId)?.memory.copyOnWrite;
        return now !== null && now !== undefined && cow.sharedBytes - now.sharedBytes > 0.99 * written;
      });
      const now = after.runtimes.find(({ rowId }) => rowId === child.rowId)!.memory.copyOnWrite!;
      const moved = group!.charged() - chargedBefore;
      expect(Math.abs(cow.sharedBytes - now.sharedBytes - moved) / moved).toBeLessThan(0.02);
    },
  );

  it("shared by four processes counts once and is found when it is left behind", { timeout: 60_000 }, async () => {
    const pid = await start("segment", null);
    const running = await engines.start(300);
    const named = (frame: Frame) =>
      frame.sharedMemory.segments.filter(
        ({ sizeBytes, kind }) => kind === "shared_memory" && sizeBytes === 256 * MEBIBYTE,
      );
    const shared = await frameWhen(running, (frame) => named(frame)[0]?.pids.length === 4);
    expect(named(shared)).toHaveLength(1);
    const [segment] = named(shared);
    const family = familyOf(shared, pid);
    expect(family.map(({ name }) => name)).toContain("resource tracker");
    const members = family.map((runtime) => runtime.pid);
    expect(members).toEqual(expect.arrayContaining([...segment!.pids]));
    expect(segment!.orphaned).toBe(false);
    expect(segment!.name).toMatch(/^\/dev\/shm\/psm_/);
    // The tracker would remove it within a second.
    for (const member of members) process.kill(member, "SIGKILL");
    try {
      const left = await frameWhen(running, (frame) => named(frame)[0]?.pids.length === 0, 45);
      const readable = left.sharedMemory.unreadableProcesses === 0;
      const settled = await frameWhen(running, (frame) => named(frame)[0]?.orphanedReason !== "not-yet", 45);
      expect(named(settled)[0]!.orphaned).toBe(readable ? true : null);
      expect(named(settled)[0]!.ageSeconds).toBeGreaterThan(0);
    } finally {
      fs.rmSync(segment!.name, { force: true });
    }
  });
});
