import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SharedSegment } from "../../core/sample/memory-sample.ts";
import { MemoryBudget } from "../memory-budget.ts";
import { KeptFiles } from "./kept-files.ts";
import { SharedSegments, segmentKind } from "./shared-segments.ts";

const MEBIBYTE = 2 ** 20;

describe("kinds of shared memory", () => {
  it.each([
    ["/dev/shm/psm_4f1a", "shared_memory"],
    ["/dev/shm/mine", "posix"],
    ["/dev/shm/sem.mp-1", null],
    ["/tmp/pymp-ab12/pym-9-x", "multiprocessing"],
    ["/tmp/joblib_memmapping_folder_9_1/9-1.pkl", "joblib"],
    ["/memfd:arena", "memfd"],
    ["/tmp/notes.txt", null],
    ["/usr/lib/libc.so.6", null],
  ])("%s", (name, kind) => {
    expect(segmentKind(name)).toBe(kind);
  });
});

describe("shared memory of all processes", () => {
  let folder: string;
  let nowMs = 1000;
  let segments: SharedSegments;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "segments-"));
    fs.mkdirSync(path.join(folder, "shm"));
    nowMs = 1000;
    const clock = { monotonicMs: () => nowMs, wallMs: () => Date.now() + 1 };
    segments = new SharedSegments(folder, new KeptFiles(0), clock, new MemoryBudget(1, 1), [path.join(folder, "shm")]);
  });

  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  function process(pid: number, maps: string | null): void {
    fs.mkdirSync(path.join(folder, `${pid}`), { recursive: true });
    // A folder in its place can be opened and not read, as a file that fails.
    if (maps === null) fs.mkdirSync(path.join(folder, `${pid}`, "maps"));
    else fs.writeFileSync(path.join(folder, `${pid}`, "maps"), maps);
  }

  function round(...pids: readonly number[]): readonly SharedSegment[] {
    nowMs += 70_000;
    segments.work(
      pids.map((pid) => ({ pid, rowId: pid })),
      () => 0,
    );
    return segments.sample?.segments ?? [];
  }

  function mapping(name: string, flags = "rw-s"): string {
    const end = (0x7f0000000000 + 256 * MEBIBYTE).toString(16);
    return `7f0000000000-${end} ${flags} 00000000 00:19 77 /dev/shm/${name}\n`;
  }

  it("is one segment however many map it", () => {
    for (const pid of [1, 2, 3, 4]) process(pid, mapping("psm_a"));
    process(5, mapping("psm_b", "rw-p"));
    expect(round(1, 2, 3, 4, 5)).toMatchObject([
      { name: "/dev/shm/psm_a", kind: "shared_memory", sizeBytes: 256 * MEBIBYTE, processRowIds: [1, 2, 3, 4] },
    ]);
  });

  it("does not count as gone through where mappings could not be read, and a process that ended is no obstacle", () => {
    process(1, "");
    round(1, 2);
    expect(segments.sample?.unreadableProcesses).toBe(0);
    process(3, null);
    round(1, 3);
    expect(segments.sample?.unreadableProcesses).toBe(1);
  });

  it("does not count as gone through where there is more of them than is read", () => {
    process(1, `${mapping("psm_a")}${`7e0000000000-7e0000001000 rw-p 00000000 00:00 0\n`.repeat(200_000)}`);
    const found = round(1);
    expect(found.map(({ processRowIds }) => processRowIds)).toEqual([[1]]);
    expect(segments.sample?.unreadableProcesses).toBe(1);
  });

  it("begins a round soon after a file came where segments lie", () => {
    const look = () => {
      nowMs += 3000;
      segments.work([], () => 0);
      return segments.sample?.segments.map(({ name }) => path.basename(name));
    };
    expect([look(), look()]).toEqual([[], []]);
    const holder = path.join(folder, "shm", "pymp-a");
    fs.mkdirSync(holder);
    fs.writeFileSync(path.join(holder, "pym-1-b"), Buffer.alloc(MEBIBYTE));
    expect(look()).toEqual(["pym-1-b"]);
  });

  it("reads mappings again when the size of the address space changed, and now and then although it did not", () => {
    const statm = (size: number) => fs.writeFileSync(path.join(folder, "1", "statm"), `${size} 90 20 1 0 30 0\n`);
    const names = (): readonly string[] => round(1).map(({ name }) => name);
    process(1, mapping("psm_a"));
    statm(100);
    expect(names()).toEqual(["/dev/shm/psm_a"]);
    process(1, mapping("psm_b"));
    expect(names()).toEqual(["/dev/shm/psm_a"]);
    statm(101);
    expect(names()).toEqual(["/dev/shm/psm_b"]);
    process(1, mapping("psm_c"));
    const later = Array.from({ length: 6 }, names);
    expect(later[0]).toEqual(["/dev/shm/psm_b"]);
    expect(later[5]).toEqual(["/dev/shm/psm_c"]);
  });

  it("never takes a segment for left behind by mappings it kept", () => {
    const file = path.join(folder, "shm", "pymp-a", "pym-1-b");
    fs.mkdirSync(path.dirname(file));
    const mapped = () => {
      const { dev, ino } = fs.statSync(file);
      const hex = (number: number) => number.toString(16).padStart(2, "0");
      const device = `${hex(Math.floor(dev / 256) & 0xfff)}:${hex((dev & 0xff) | (Math.floor(dev / 2 ** 12) & 0xfff00))}`;
      return `7f0000000000-7f0000100000 rw-s 00000000 ${device} ${ino} ${file}\n`;
    };
    process(1, mapping("psm_a"));
    fs.writeFileSync(path.join(folder, "1", "statm"), "100 90 20 1 0 30 0\n");
    round(1);
    fs.writeFileSync(file, Buffer.alloc(MEBIBYTE));
    fs.utimesSync(file, 1, 1);
    process(1, mapped());
    const unmapped = Array.from({ length: 5 }, () => round(1).find(({ name }) => name === file)?.unmappedRounds);
    expect(unmapped.every((rounds) => (rounds ?? 0) < 2)).toBe(true);
    expect(unmapped.at(-1)).toBe(0);
  });
});
