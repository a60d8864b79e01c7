import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { MOST_STACK_FRAMES } from "../../../core/sample/thread-stack.ts";
import { parseMaps } from "../maps.ts";
import { MemoryRegions } from "../memory-regions.ts";
import { parseSyscallLine, SyscallRecord } from "../syscall-line.ts";
import { DEBUG_OFFSETS_BYTES, decodeDebugOffsets } from "./debug-offsets.ts";
import { type FrameLayout, frameLayoutOf } from "./frame-offsets.ts";
import { RuntimeLocator } from "./locate.ts";
import { MEMORY_FAULT, MEMORY_GONE, type TargetMemory } from "./memory.ts";
import { loadBias, ModuleCache } from "./module.ts";
import { layoutsOf } from "./offsets.ts";
import { candidatesIn } from "./scan.ts";
import { StackReader } from "./stack-reader.ts";
import { versionFromBanner, versionFromHex } from "./version.ts";
import { decodeGil, GIL_BYTES, interpreterList, readGil, threadList } from "./walk.ts";

const folder = mkdtempSync(join(tmpdir(), "gilscope-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Inputs tried of each kind. */
const RUNS = 10_000;

const LAYOUT_3_9 = layoutsOf({ major: 3, minor: 9, micro: 18, level: "final" })[0];
const BASE = 0x7f0000000000;

/** A process of one page: `_PyRuntime` of 3.9 at its start, one interpreter at 1024, two thread states at 2048 and 3072. */
function image(): Buffer {
  const bytes = Buffer.alloc(4096);
  const word = (offset: number, value: number) => bytes.writeBigUInt64LE(BigInt(value), offset);
  if (LAYOUT_3_9 === undefined || LAYOUT_3_9.gil === null) throw new Error("no layout");
  word(LAYOUT_3_9.interpretersHead, BASE + 1024);
  word(LAYOUT_3_9.gil, 5000);
  word(LAYOUT_3_9.gil + 8, BASE + 2048);
  bytes.writeInt32LE(1, LAYOUT_3_9.gil + 16);
  word(LAYOUT_3_9.gil + 24, 77);
  word(1024 + LAYOUT_3_9.interpreter.threadsHead, BASE + 2048);
  for (const [at, next] of [
    [2048, BASE + 3072],
    [3072, 0],
  ] as const) {
    word(at + LAYOUT_3_9.thread.next, next);
    word(at + LAYOUT_3_9.thread.interpreter, BASE + 1024);
  }
  return bytes;
}

/** Serves the image; reads outside it fail, and after `lifetime` reads the process is gone. Counts what was asked of it. */
function memoryOf(bytes: Buffer, lifetime: number): TargetMemory & { reads: number } {
  return {
    reads: 0,
    read(address, into, length) {
      this.reads += 1;
      if (this.reads > lifetime) return MEMORY_GONE;
      const from = address - BASE;
      if (from < 0 || from + length > bytes.length) return MEMORY_FAULT;
      bytes.copy(into, 0, from, from + length);
      return length;
    },
    close: () => undefined,
  };
}

const mutations = fc.array(
  fc.record({
    at: fc.nat(4095),
    value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 8, 0x7f, 0xff)),
  }),
  { maxLength: 24 },
);
const pointers = fc.array(fc.record({ at: fc.nat(510), to: fc.nat(511) }), { maxLength: 6 });

describe("memory that says anything", () => {
  it("ends, stays bounded and never claims what the bytes don't hold", () => {
    if (LAYOUT_3_9 === undefined || LAYOUT_3_9.gil === null) throw new Error("no layout");
    const layout = LAYOUT_3_9;
    const gil = LAYOUT_3_9.gil;
    fc.assert(
      fc.property(
        mutations,
        pointers,
        fc.oneof(fc.constant(1e9), fc.nat(12)),
        (bytesChanged, pointersChanged, lifetime) => {
          const bytes = image();
          for (const { at, to } of pointersChanged) bytes.writeBigUInt64LE(BigInt(BASE + to * 8), at * 8);
          for (const { at, value } of bytesChanged) bytes[at] = value;
          const memory = memoryOf(bytes, lifetime);
          const interpreters = interpreterList(memory, BASE + layout.interpretersHead, layout.interpreter);
          if (typeof interpreters !== "string") {
            for (const interpreter of interpreters) {
              const threads = threadList(memory, interpreter, layout.interpreter, layout.thread);
              if (typeof threads === "string") continue;
              for (const thread of threads) {
                expect(Number(bytes.readBigUInt64LE(thread - BASE + layout.thread.interpreter))).toBe(interpreter);
              }
            }
          }
          // One page holds at most 512 words, so no list can be longer however it is twisted.
          expect(memory.reads).toBeLessThan(512 * 512);
          const state = readGil(memory, BASE + gil, layout.gilFields, Buffer.alloc(GIL_BYTES));
          if (typeof state !== "string") {
            expect(bytes.readInt32LE(gil + 16)).toBe(state.held ? 1 : 0);
            expect(lifetime).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it("decodes or refuses any GIL, any self-description, any banner and any version word", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: DEBUG_OFFSETS_BYTES, maxLength: DEBUG_OFFSETS_BYTES }),
        fc.boolean(),
        fc.string({ unit: "binary", maxLength: 300 }),
        (random, withCookie, text) => {
          const bytes = Buffer.from(random);
          if (withCookie) bytes.write("xdebugpy\xc2\0\x0d\x03\0\0\0\0", 0, "latin1");
          const description = decodeDebugOffsets(bytes);
          if (description?.layout != null) {
            const { interpreter, thread } = description.layout;
            for (const offset of [interpreter.next, interpreter.threadsHead, thread.next, thread.threadId]) {
              expect(offset % 8).toBe(0);
            }
          }
          decodeGil(bytes, { enabled: 0, interval: 8, lastHolder: 16, locked: 24, switchNumber: 32 });
          versionFromHex(bytes.readUInt32LE(0));
          versionFromBanner(text);
          candidatesIn([{ start: BASE + 3, bytes }]);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

const FRAME_LAYOUTS = [8, 9, 10, 11, 12, 13].flatMap((minor): FrameLayout[] => {
  const layout = frameLayoutOf({ major: 3, minor, micro: 1, level: "final" }, false);
  return layout === null ? [] : [layout];
});

describe("frames that say anything", () => {
  it("end, stay bounded and never throw", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom(...FRAME_LAYOUTS),
        fc.oneof(fc.constant(1e9), fc.nat(60)),
        fc.boolean(),
        (seed, layout, lifetime, still) => {
          const bytes = Buffer.alloc(4096);
          let state = seed;
          for (let at = 0; at < 4096; at += 8) {
            state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
            const kind = state % 7;
            const value = kind < 5 ? BASE + ((state >>> 8) % 512) * 8 : kind === 5 ? 0 : state;
            bytes.writeBigUInt64LE(BigInt(value), at);
          }
          const memory = memoryOf(bytes, lifetime);
          const stack = new StackReader(memory, layout).read(BASE + 64, () => (still ? 1 : null));
          if (typeof stack !== "string") {
            expect(stack.frames.length).toBeLessThanOrEqual(MOST_STACK_FRAMES);
            for (const frame of stack.frames) expect(frame.functionName.length).toBeLessThanOrEqual(2048);
          }
          expect(memory.reads).toBeLessThan(60_000);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

/** What a line says, taken apart another way. */
function saidBy(
  line: string,
): { readonly kind: string; readonly number: number; readonly words: readonly bigint[] } | null {
  if (/^running/.test(line)) return { kind: "running", number: -1, words: [] };
  if (/^-\d{1,6}(?!\d)/.test(line)) return { kind: "blocked", number: -1, words: [] };
  const match =
    /^(\d{1,6}) 0x([\da-f]{1,16}) 0x([\da-f]{1,16}) 0x([\da-f]{1,16}) 0x([\da-f]{1,16}) 0x([\da-f]{1,16}) 0x([\da-f]{1,16})(?![\da-f])/.exec(
      line,
    );
  if (match === null) return null;
  return { kind: "syscall", number: Number(match[1]), words: match.slice(2).map((word) => BigInt(`0x${word}`)) };
}

describe("lines of system calls that say anything", () => {
  it("are refused or taken apart as another parser does", () => {
    const lines = [
      "202 0x7f1000120200 0x89 0x0 0x7f00000101c0 0x0 0xffffffff 0x7f0 0x7f1",
      "-1 0x7ffd5f1c8d60 0x7f2b1d2e4e9d",
      "running",
      "7 0xffffffffffffffff 0x1 0xffffffff 0x0 0x8 0x0 0x7ffe 0x7f00",
    ];
    const record = new SyscallRecord();
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...lines),
        fc.array(
          fc.record({
            at: fc.nat(80),
            text: fc.string({ unit: fc.constantFrom(..."0123456789abcdefx- rung\n"), maxLength: 6 }),
          }),
          {
            maxLength: 4,
          },
        ),
        fc.nat(90),
        (original, changes, length) => {
          let line = original;
          for (const { at, text } of changes) line = line.slice(0, at) + text + line.slice(at + 1);
          const bytes = Buffer.from(line.slice(0, length), "latin1");
          const is = parseSyscallLine(bytes, bytes.length, record);
          const said = saidBy(line.slice(0, length));
          if (!is) return;
          accepted += 1;
          expect(record.kind).toBe(said?.kind ?? (record.kind === "running" ? "running" : "nothing"));
          if (record.kind !== "syscall") return;
          expect(record.number).toBe(said?.number);
          const words = Array.from(
            record.high,
            (high, index) => (BigInt(high) << 32n) + BigInt(record.low[index] ?? 0),
          );
          expect(words).toEqual(said?.words);
        },
      ),
      { numRuns: RUNS },
    );
    expect(accepted).toBeGreaterThan(RUNS / 10);
  });
});

/** A small ELF file: one loaded segment, a section `.PyRuntime`, and a table of symbols with names the probe asks for. */
function smallElf(): Buffer {
  const bytes = Buffer.alloc(1024);
  bytes.write("\x7fELF\x02\x01\x01", 0, "latin1");
  const word = (at: number, value: number) => bytes.writeBigUInt64LE(BigInt(value), at);
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(62, 18);
  bytes.writeUInt32LE(1, 20);
  word(32, 64);
  word(40, 704);
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt16LE(64, 58);
  bytes.writeUInt16LE(5, 60);
  bytes.writeUInt16LE(4, 62);
  bytes.writeUInt32LE(1, 64);
  bytes.writeUInt32LE(6, 68);
  for (const [at, value] of [
    [72, 0],
    [80, 0x1000],
    [96, 1024],
    [104, 1024],
  ] as const)
    word(at, value);
  const symbols = ["_PyRuntime", "Py_Version", "gil_locked", "interp_head"];
  bytes.write(`\0${symbols.join("\0")}\0`, 320, "latin1");
  let name = 1;
  symbols.forEach((symbol, index) => {
    const at = 128 + (index + 1) * 24;
    bytes.writeUInt32LE(name, at);
    bytes.writeUInt8(0x11, at + 4);
    bytes.writeUInt16LE(1, at + 6);
    word(at + 8, 0x2000 + index * 64);
    word(at + 16, 64);
    name += symbol.length + 1;
  });
  const names = ["", ".PyRuntime", ".symtab", ".strtab", ".shstrtab"];
  bytes.write(`${names.join("\0")}\0`, 512, "latin1");
  const section = (
    index: number,
    type: number,
    address: number,
    offset: number,
    size: number,
    link: number,
    entry: number,
  ) => {
    const at = 704 + index * 64;
    bytes.writeUInt32LE(
      names.slice(0, index).reduce((sum, one) => sum + one.length + 1, 0),
      at,
    );
    bytes.writeUInt32LE(type, at + 4);
    word(at + 16, address);
    word(at + 24, offset);
    word(at + 32, size);
    bytes.writeUInt32LE(link, at + 40);
    word(at + 56, entry);
  };
  section(1, 1, 0x2000, 600, 64, 0, 0);
  section(2, 2, 0, 128, 24 * 5, 3, 24);
  section(3, 3, 0, 320, 64, 0, 0);
  section(4, 3, 0, 512, 64, 0, 0);
  return bytes;
}

describe("files and maps that say anything", () => {
  const original = smallElf();

  it("reads mutated ELF files without an error, and claims only what is in them", () => {
    let run = 0;
    let claimed = 0;
    const cache = new ModuleCache();
    const descriptor = openSync(join(folder, "mutated"), "w+");
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ at: fc.nat(original.length - 1), value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 255)) }),
          {
            maxLength: 12,
          },
        ),
        fc.oneof(fc.constant(original.length), fc.nat(original.length)),
        (changes, length) => {
          const bytes = Buffer.from(original.subarray(0, length));
          for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
          ftruncateSync(descriptor, 0);
          writeSync(descriptor, bytes, 0, bytes.length, 0);
          run += 1;
          const facts = cache.factsOf(descriptor, String(run));
          if (facts === null) return;
          for (const [name, { address }] of facts.symbols) {
            claimed += 1;
            const word = Buffer.alloc(8);
            word.writeBigUInt64LE(BigInt(address));
            expect(bytes.includes(name)).toBe(true);
            expect(bytes.includes(word)).toBe(true);
          }
          if (facts.runtimeSection !== null) expect(bytes.includes(".PyRuntime")).toBe(true);
          loadBias(facts, {
            start: BASE,
            end: BASE + 4096,
            readable: true,
            writable: false,
            executable: false,
            shared: false,
            fileOffset: 0,
            device: "00:00",
            inode: 1,
            path: "mutated",
            deleted: false,
          });
        },
      ),
      { numRuns: RUNS },
    );
    closeSync(descriptor);
    // Else nothing was tried.
    expect(claimed).toBeGreaterThan(RUNS / 10);
  });

  it("parses mutated maps without an error, in order and with sound ranges", () => {
    const maps = readFileSync("/proc/self/maps", "latin1").slice(0, 900);
    const starts = parseMaps(maps).map(({ start }) => start);
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(899), text: fc.string({ unit: "binary", maxLength: 8 }) }), { maxLength: 12 }),
        fc.nat(starts.length - 1).chain((index) => fc.nat(8191).map((offset) => (starts[index] ?? 0) + offset)),
        (changes, address) => {
          let text = maps;
          for (const { at, text: inserted } of changes) text = text.slice(0, at) + inserted + text.slice(at + 1);
          const parsed = parseMaps(text);
          for (const mapping of parsed) {
            expect(mapping.start).toBeLessThan(mapping.end);
            expect(mapping.end).toBeLessThan(2 ** 52);
          }
          const regions = new MemoryRegions(text, process.execPath);
          const place = regions.placeOf(address);
          // The lists may be out of order after a change, so a miss says nothing; a claim must have a mapping behind it.
          if (place !== null) {
            const behind = parsed.filter(({ start, end }) => address >= start && address < end);
            expect(behind.length).toBeGreaterThan(0);
            if (place.region === "runtime-data") expect(behind.some(({ writable }) => writable)).toBe(true);
          }
        },
      ),
      { numRuns: RUNS },
    );
  }, 60_000);

  it("finds nothing in a process whose maps name files that are not there", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (name) => {
        const mappings = parseMaps(
          `7f0000000000-7f0000200000 r-xp 00000000 08:01 12 /nowhere/libpython3.9${name}.so\n`,
        );
        const outcome = new RuntimeLocator(new ModuleCache()).locate(
          "/proc",
          2 ** 22 + 1,
          mappings,
          memoryOf(image(), 1e9),
          () => "yes",
        );
        expect(outcome).toEqual({ reason: "no-runtime" });
      }),
      { numRuns: 100 },
    );
  });
});
