import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { parseMaps } from "../maps.ts";
import { DEBUG_OFFSETS_BYTES, decodeDebugOffsets } from "./debug-offsets.ts";
import { RuntimeLocator } from "./locate.ts";
import { MEMORY_FAULT, MEMORY_GONE, type TargetMemory } from "./memory.ts";
import { loadBias, ModuleCache } from "./module.ts";
import { layoutsOf } from "./offsets.ts";
import { candidatesIn } from "./scan.ts";
import { versionFromBanner, versionFromHex } from "./version.ts";
import { decodeGil, GIL_BYTES, interpreterList, readGil, threadList } from "./walk.ts";

const folder = mkdtempSync(join(tmpdir(), "gilscope-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
      { numRuns: 4000 },
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
      { numRuns: 2000 },
    );
  });
});

describe("files and maps that say anything", () => {
  const original = readFileSync(process.execPath).subarray(0, 1 << 16);

  it("reads mutated ELF headers without an error", () => {
    let run = 0;
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.oneof(fc.nat(1023), fc.nat(original.length - 1)), value: fc.nat(255) }), {
          maxLength: 30,
        }),
        fc.oneof(fc.constant(original.length), fc.nat(original.length)),
        (changes, length) => {
          const bytes = Buffer.from(original.subarray(0, length));
          for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
          const path = join(folder, "mutated");
          writeFileSync(path, bytes);
          const descriptor = openSync(path, "r");
          run += 1;
          try {
            const facts = new ModuleCache().factsOf(descriptor, String(run));
            if (facts !== null) {
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
                path,
                deleted: false,
              });
            }
          } finally {
            closeSync(descriptor);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("parses mutated maps without an error, in order and with sound ranges", () => {
    const maps = readFileSync("/proc/self/maps", "latin1").slice(0, 4000);
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(3999), text: fc.string({ unit: "binary", maxLength: 8 }) }), { maxLength: 12 }),
        (changes) => {
          let text = maps;
          for (const { at, text: inserted } of changes) text = text.slice(0, at) + inserted + text.slice(at + 1);
          for (const mapping of parseMaps(text)) {
            expect(mapping.start).toBeLessThan(mapping.end);
            expect(mapping.end).toBeLessThan(2 ** 52);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

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
