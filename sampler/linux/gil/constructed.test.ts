import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { GilProbes } from "./gil-probe.ts";

/**
 * Programs that can't be run here, built as files: an executable with headers and symbols, and a folder that looks like its /proc.
 * They show that the layouts are applied as written down, not that they are right.
 */

const PID = 4242;
const WORKER = 4243;
const TEXT = 0x400000;
const DATA = 0x500000;
const DATA_BYTES = 0x10000;
const RUNTIME = DATA;
const INTERPRETER = DATA + 0x4000;
const GIL = DATA + 0x8000;
const MAIN_THREAD = DATA + 0xa000;
const WORKER_THREAD = DATA + 0xb000;
const VERSION_WORD = DATA + 0xf000;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A fixed executable whose data segment holds `symbols`. */
function executable(machine: number, symbols: Readonly<Record<string, number>>): Buffer {
  const file = Buffer.alloc(0x1000);
  const strings = Buffer.from(`\0${Object.keys(symbols).join("\0")}\0`, "latin1");
  const symbolTable = Buffer.alloc(24 * (Object.keys(symbols).length + 1));
  Object.entries(symbols).forEach(([name, address], index) => {
    const at = 24 * (index + 1);
    symbolTable.writeUInt32LE(strings.indexOf(`\0${name}\0`) + 1, at);
    symbolTable.writeUInt8(0x11, at + 4);
    symbolTable.writeUInt16LE(1, at + 6);
    symbolTable.writeBigUInt64LE(BigInt(address), at + 8);
    symbolTable.writeBigUInt64LE(8n, at + 16);
  });
  file.write("\x7fELF\x02\x01\x01", 0, "latin1");
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(machine, 18);
  file.writeBigUInt64LE(64n, 32);
  file.writeBigUInt64LE(0x800n, 40);
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(2, 56);
  file.writeUInt16LE(64, 58);
  file.writeUInt16LE(3, 60);
  const segments = [
    [5, 0, TEXT, 0x1000, 0x1000],
    [6, 0x1000, DATA, 0, DATA_BYTES],
  ] as const;
  segments.forEach(([flags, offset, address, fileBytes, memoryBytes], index) => {
    const at = 64 + index * 56;
    file.writeUInt32LE(1, at);
    file.writeUInt32LE(flags, at + 4);
    [offset, address, address, fileBytes, memoryBytes, 0x1000].forEach((word, place) => {
      file.writeBigUInt64LE(BigInt(word), at + 8 + place * 8);
    });
  });
  symbolTable.copy(file, 0x400);
  strings.copy(file, 0x600);
  const sections = [
    [0, 0, 0, 0],
    [11, 0x400, symbolTable.length, 2],
    [3, 0x600, strings.length, 0],
  ] as const;
  sections.forEach(([type, offset, bytes, link], index) => {
    const at = 0x800 + index * 64;
    file.writeUInt32LE(type, at + 4);
    file.writeBigUInt64LE(BigInt(offset), at + 24);
    file.writeBigUInt64LE(BigInt(bytes), at + 32);
    file.writeUInt32LE(link, at + 40);
  });
  return file;
}

/** Writes words (address → value) and texts into the program's data and lays out its /proc. Answers with the root. */
function processOf(
  file: Buffer,
  words: Readonly<Record<number, number>>,
  texts: Readonly<Record<number, string>> = {},
): string {
  const root = mkdtempSync(join(tmpdir(), "gilscope-constructed-"));
  folders.push(root);
  const folder = join(root, String(PID));
  for (const tid of [PID, WORKER]) mkdirSync(join(folder, "task", String(tid)), { recursive: true });
  const program = join(root, "program");
  writeFileSync(program, file);
  symlinkSync(program, join(folder, "exe"));
  symlinkSync("/", join(folder, "root"));
  writeFileSync(join(folder, "stat"), `${PID} (a ) b) S ${"1 ".repeat(18)}777 0 0\n`);
  writeFileSync(join(folder, "status"), `Name:\tx\nNSpid:\t${PID}\n`);
  const inode = "08:01 99";
  writeFileSync(
    join(folder, "maps"),
    `${TEXT.toString(16)}-${(TEXT + 0x1000).toString(16)} r-xp 00000000 ${inode}   ${program}\n` +
      `${DATA.toString(16)}-${(DATA + DATA_BYTES).toString(16)} rw-p 00001000 ${inode}   ${program}\n`,
  );
  const data = Buffer.alloc(DATA_BYTES);
  for (const [address, value] of Object.entries(words)) data.writeBigUInt64LE(BigInt(value), Number(address) - DATA);
  for (const [address, text] of Object.entries(texts)) data.write(text, Number(address) - DATA, "latin1");
  const memory = openSync(join(folder, "mem"), "w");
  writeSync(memory, file, 0, file.length, TEXT);
  writeSync(memory, data, 0, data.length, DATA);
  closeSync(memory);
  return root;
}

/** Words of `_Py_DebugOffsets` in the order of the version's header, everything at places of its own. */
function described(minor: 13 | 14 | 15, versionHex: number, freeThreaded: boolean): Record<number, number> {
  const shift = freeThreaded ? 8 : 0;
  const threadsMain = minor >= 14 ? [0x60] : [];
  const generations = minor >= 14 ? [0x200, 0x208] : [];
  const profiled = minor >= 15 ? [0x50, 0x58, 0x60] : [];
  const list = [
    versionHex,
    freeThreaded ? 1 : 0,
    0x4000,
    0x3008,
    0x3000,
    0x3000,
    0x28,
    0x20,
    0x58,
    ...threadsMain,
    0x70,
    0x78,
    0x80,
    0x88,
    0x40,
    0x1000,
    0x1000 * (freeThreaded ? 1 : 0),
    0x1000 + 16 + shift,
    0x1000 + 8 + shift,
    ...generations,
    0x400,
    0x10,
    0x18,
    0x30,
    0x48,
    ...profiled,
    0x98,
    0xa0,
  ];
  const words: Record<number, number> = {
    [RUNTIME]: Number(Buffer.from("xdebugpy", "latin1").readBigUInt64LE(0)),
    [RUNTIME + 0x3000]: INTERPRETER,
    [INTERPRETER + 0x58]: WORKER_THREAD,
    [INTERPRETER + 0x40]: GIL,
    [GIL + shift]: 5000,
    [GIL + shift + 8]: WORKER_THREAD,
    [GIL + shift + 16]: 1,
    [GIL + shift + 24]: 42,
    [WORKER_THREAD + 0x18]: MAIN_THREAD,
    [WORKER_THREAD + 0x30]: INTERPRETER,
    [WORKER_THREAD + 0xa0]: WORKER,
    [MAIN_THREAD + 0x30]: INTERPRETER,
    [MAIN_THREAD + 0xa0]: PID,
  };
  if (freeThreaded) words[GIL] = 0x7fffffff;
  list.forEach((value, index) => {
    words[RUNTIME + 8 + index * 8] = value;
  });
  return words;
}

const COOKIE = { [RUNTIME]: "xdebugpy" };

describe("interpreters that describe themselves", () => {
  it.each([
    { minor: 13, hex: 0x030d05f0, text: "3.13.5", machine: 62, freeThreaded: false },
    { minor: 14, hex: 0x030e00f0, text: "3.14.0", machine: 62, freeThreaded: false },
    { minor: 14, hex: 0x030e02f0, text: "3.14.2", machine: 183, freeThreaded: true },
    { minor: 15, hex: 0x030f00c1, text: "3.15.0rc", machine: 62, freeThreaded: false },
  ] as const)("are read by their own offsets: $text, free-threaded $freeThreaded", (given) => {
    const words = described(given.minor, given.hex, given.freeThreaded);
    delete words[RUNTIME];
    const root = processOf(executable(given.machine, { _PyRuntime: RUNTIME }), words, COOKIE);
    const outcome = new GilProbes(root).attach(PID, 777);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
    expect(outcome.probe.versionText).toBe(given.text);
    expect(outcome.probe.freeThreaded).toBe(given.freeThreaded);
    expect(outcome.probe.threads().map(({ tid }) => tid)).toEqual([WORKER, PID]);
    expect(outcome.probe.sample()).toEqual({
      ok: true,
      gils: [
        {
          interpreterId: 0,
          enabled: given.freeThreaded ? true : null,
          held: true,
          holderTid: WORKER,
          switchNumber: 42,
          intervalMs: 5,
        },
      ],
    });
    outcome.probe.close();
  });

  it.each([
    { minor: 14, hex: 0x030e00a7, version: "3.14.0a" },
    { minor: 15, hex: 0x030f00b3, version: "3.15.0b" },
    { minor: 15, hex: 0x031000f0, version: "3.16.0" },
  ] as const)("are refused as $version", ({ minor, hex, version }) => {
    const words = described(minor, hex, false);
    delete words[RUNTIME];
    const root = processOf(executable(62, { _PyRuntime: RUNTIME }), words, COOKIE);
    expect(new GilProbes(root).attach(PID, 777)).toEqual({ ok: false, failure: { reason: "version", version } });
  });

  it("are refused when they contradict themselves", () => {
    const words = described(14, 0x030e00f0, false);
    delete words[RUNTIME];
    words[RUNTIME + 8 * 19] = 0x1000 + 64;
    const root = processOf(executable(62, { _PyRuntime: RUNTIME }), words, COOKIE);
    expect(new GilProbes(root).attach(PID, 777).ok).toBe(false);
  });

  it("are refused on another architecture", () => {
    const words = described(13, 0x030d00f0, false);
    delete words[RUNTIME];
    const root = processOf(executable(243, { _PyRuntime: RUNTIME }), words, COOKIE);
    expect(new GilProbes(root).attach(PID, 777)).toEqual({ ok: false, failure: { reason: "architecture" } });
  });
});

/** A program of 3.7 to 3.11, whose GIL lies in `_PyRuntime`; its thread ids through `native_thread_id` of 3.11. */
function early(gil: number, head: number, threadsHead: number): Record<number, number> {
  return {
    [RUNTIME + head]: INTERPRETER,
    [RUNTIME + gil]: 5000,
    [RUNTIME + gil + 8]: WORKER_THREAD,
    [RUNTIME + gil + 16]: 1,
    [RUNTIME + gil + 24]: 7,
    [INTERPRETER + threadsHead]: WORKER_THREAD,
    [WORKER_THREAD + 8]: MAIN_THREAD,
    [WORKER_THREAD + 16]: INTERPRETER,
    [MAIN_THREAD + 16]: INTERPRETER,
    [WORKER_THREAD + 160]: WORKER,
    [MAIN_THREAD + 160]: PID,
  };
}

describe("interpreters known by table", () => {
  it.each([
    { version: "3.7.2", gil: 1176 },
    { version: "3.7.4", gil: 1264 },
  ])("finds the GIL of $version at its own place, and names no holder without glibc", ({ version, gil }) => {
    const banner = { [VERSION_WORD]: `\0${version} (default, Jan  1 2019, 00:00:00) \n[GCC 8.2.0]` };
    const root = processOf(executable(62, { _PyRuntime: RUNTIME }), early(gil, 24, 8), banner);
    const outcome = new GilProbes(root).attach(PID, 777);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
    expect(outcome.probe.versionText).toBe(version);
    expect(outcome.probe.namesThreads).toBe(false);
    expect(outcome.probe.sample()).toEqual({
      ok: true,
      gils: [{ interpreterId: 0, enabled: null, held: true, holderTid: null, switchNumber: 7, intervalMs: 5 }],
    });
    outcome.probe.close();
  });

  it.each([62, 183])("reads 3.11 on machine %d", (machine) => {
    const words = { ...early(360, 40, 16), [VERSION_WORD]: 0x030b04f0 };
    const root = processOf(executable(machine, { _PyRuntime: RUNTIME, Py_Version: VERSION_WORD }), words);
    const outcome = new GilProbes(root).attach(PID, 777);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
    expect(outcome.probe.versionText).toBe("3.11.4");
    const seen = outcome.probe.sample();
    expect(seen.ok ? seen.gils[0]?.holderTid : null).toBe(WORKER);
    outcome.probe.close();
  });

  it("refuses a beta, a layout whose threads do not live, and one not set up yet", () => {
    const file = executable(62, { _PyRuntime: RUNTIME, Py_Version: VERSION_WORD });
    const words = { ...early(360, 40, 16), [VERSION_WORD]: 0x030b04f0 };
    const beta = processOf(file, { ...words, [VERSION_WORD]: 0x030c00b1 });
    expect(new GilProbes(beta).attach(PID, 777)).toEqual({
      ok: false,
      failure: { reason: "version", version: "3.12.0b" },
    });
    const dead = processOf(file, { ...words, [WORKER_THREAD + 160]: 9998, [MAIN_THREAD + 160]: 9999 });
    expect(new GilProbes(dead).attach(PID, 777).ok).toBe(false);
    const young = processOf(file, { ...words, [RUNTIME + 40]: 0 });
    expect(new GilProbes(young).attach(PID, 777)).toEqual({ ok: false, failure: { reason: "unready" } });
  });
});
