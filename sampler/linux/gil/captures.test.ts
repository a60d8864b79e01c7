import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEBUG_OFFSETS_BYTES, decodeDebugOffsets } from "./debug-offsets.ts";
import { GilProbe } from "./gil-probe.ts";
import type { Location } from "./locate.ts";
import { MEMORY_FAULT, readBytes, readWord, type TargetMemory } from "./memory.ts";
import { ThreadIds } from "./thread-id.ts";
import { interpreterList, threadList } from "./walk.ts";

/** Memory as a reader of `/proc/PID/mem` saw it once. */
interface Capture {
  readonly pyRuntime: string;
  readonly freeThreaded: number;
  readonly reads: readonly { readonly address: string; readonly bytes: string }[];
  readonly samples: { readonly rows: readonly (readonly [number, string, number, string, number])[] };
  readonly expected: {
    readonly interpreters: readonly string[];
    readonly threads: readonly {
      readonly threads: readonly { readonly threadState: string; readonly tid: number }[];
    }[];
    readonly gils: readonly { readonly address: string; readonly locked: number }[];
  };
}

function load(name: string): Capture {
  return JSON.parse(readFileSync(join(import.meta.dirname, "fixtures", name), "utf8"));
}

/** Serves captured reads; words written with `set` lie over them. */
function memoryOf(capture: Capture): TargetMemory & { readonly set: (address: number, bytes: Buffer) => void } {
  const pieces: { readonly start: number; readonly bytes: Buffer }[] = capture.reads.map(({ address, bytes }) => ({
    start: Number(address),
    bytes: Buffer.from(bytes, "hex"),
  }));
  return {
    read(address, into, length) {
      for (const { start, bytes } of pieces) {
        const from = address - start;
        if (from < 0 || from + length > bytes.length) continue;
        bytes.copy(into, 0, from, from + length);
        return length;
      }
      return MEMORY_FAULT;
    },
    set(address, bytes) {
      pieces.unshift({ start: address, bytes });
    },
    close: () => undefined,
  };
}

function locationOf(capture: Capture, memory: TargetMemory): Extract<Location, { kind: "runtime" }> {
  const runtime = Number(capture.pyRuntime);
  const bytes = readBytes(memory, runtime, DEBUG_OFFSETS_BYTES);
  const description = bytes === null ? null : decodeDebugOffsets(bytes);
  if (description === null || description.layout === null) throw new Error("not described");
  return {
    kind: "runtime",
    version: description.version,
    freeThreaded: description.freeThreaded,
    layout: description.layout,
    interpretersHead: runtime + description.layout.interpretersHead,
    gil: null,
    foundBy: "symbol",
    module: {
      path: "",
      bias: 0,
      key: "",
      isExecutable: true,
      facts: { architecture: "x86_64", fixed: false, segments: [], symbols: new Map(), runtimeSection: null },
    },
  };
}

describe.each([
  { file: "cpython-3.13t-gil-off.json", enabled: false },
  { file: "cpython-3.13t-gil-on.json", enabled: true },
])("free-threaded 3.13, $file", ({ file, enabled }) => {
  const capture = load(file);
  const memory = memoryOf(capture);
  const location = locationOf(capture, memory);
  const { layout } = location;

  it("says that it is free-threaded and which release candidate", () => {
    expect(location.freeThreaded).toBe(true);
    expect(location.version).toEqual({ major: 3, minor: 13, micro: 0, level: "candidate" });
  });

  it("lists the interpreters and thread states the capture names", () => {
    const interpreters = interpreterList(memory, location.interpretersHead, layout.interpreter);
    expect(interpreters).toEqual(capture.expected.interpreters.map(Number));
    const expected = capture.expected.threads[0]?.threads.map(({ threadState }) => Number(threadState));
    expect(threadList(memory, Number(capture.expected.interpreters[0]), layout.interpreter, layout.thread)).toEqual(
      expected,
    );
  });

  it("tells whether there is a GIL, who holds it, and when the holder changed, sample by sample", () => {
    const ids = new ThreadIds(
      { kind: "native", offset: layout.thread.nativeThreadId ?? 0 },
      memory,
      "/proc-of-nothing",
      1,
    );
    const probe = new GilProbe("/proc-of-nothing", 1, location, memory, ids);
    const tidOf = new Map(
      capture.expected.threads.flatMap(({ threads }) =>
        threads.map(({ threadState, tid }) => [Number(threadState), tid]),
      ),
    );
    const gilAddress = Number(capture.expected.gils[0]?.address);
    const original = readBytes(memory, gilAddress, 40) ?? Buffer.alloc(40);
    for (const [, address, locked, holder, switchNumber] of capture.samples.rows) {
      expect(Number(address)).toBe(gilAddress);
      const bytes = Buffer.from(original);
      bytes.writeBigUInt64LE(BigInt(holder), layout.gilFields.lastHolder);
      bytes.writeInt32LE(locked, layout.gilFields.locked);
      bytes.writeBigUInt64LE(BigInt(switchNumber), layout.gilFields.switchNumber);
      memory.set(gilAddress, bytes);
      expect(probe.sample()).toEqual({
        ok: true,
        gils: [
          {
            interpreterId: 0,
            enabled,
            held: locked === 1,
            holderTid: locked === 1 ? tidOf.get(Number(holder)) : null,
            switchNumber,
            intervalMs: 5,
          },
        ],
      });
    }
    expect(probe.threads().map(({ tid }) => tid)).toEqual([...tidOf.values()]);
    expect(readWord(memory, location.interpretersHead)).toBe(Number(capture.expected.interpreters[0]));
  });
});
