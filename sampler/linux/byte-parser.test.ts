import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CpuRecord,
  countCpuList,
  numberAfterKey,
  numberOfName,
  parseCpuStat,
  parseLastId,
  parseSchedstat,
  parseStat,
  SchedstatRecord,
  StatRecord,
} from "./byte-parser.ts";
import { parseSyscallLine, SyscallRecord } from "./syscall-line.ts";

const TAIL = ") S 7 42 42 0 -1 4194304 1 0 0 0 12 30 0 0 20 0 3 0 5000 1000000 77 18446744073709551615 0\n";

function stat(name: Buffer): Buffer {
  return Buffer.concat([Buffer.from("42 ("), name, Buffer.from(TAIL)]);
}

describe("parseStat", () => {
  it.each([
    ["an ordinary name", Buffer.from("python3")],
    ["a name that looks like the rest of the line", Buffer.from(") R 1 1 (")],
    ["a name with newlines", Buffer.from("a\nb) S 1\n")],
    ["an empty name", Buffer.alloc(0)],
    ["bytes that are not UTF-8", Buffer.from([0xff, 0xfe, 0x29, 0x20])],
    ["the nasty name of prometheus/procfs", Buffer.from("(a b ) ( c d) ")],
  ])("reads behind %s", (_, name) => {
    const bytes = stat(name);
    const record = new StatRecord();
    expect(parseStat(bytes, bytes.length, record)).toBe(true);
    expect(record).toMatchObject({
      state: 0x53,
      parentPid: 7,
      ticks: 42,
      threadCount: 3,
      startTicks: 5000,
      rssPages: 77,
    });
    expect(bytes.subarray(record.nameStart, record.nameEnd)).toEqual(name);
  });

  it("ignores what an earlier, longer read left in the buffer", () => {
    const bytes = stat(Buffer.from("python3"));
    const buffer = Buffer.concat([bytes, Buffer.from(") Z 1 1 1 1 1 1 1 1")]);
    const record = new StatRecord();
    expect(parseStat(buffer, bytes.length, record)).toBe(true);
    expect(record.state).toBe(0x53);
  });

  it("refuses a line that was cut off anywhere before its last field", () => {
    const bytes = stat(Buffer.from("x"));
    const lastField = bytes.indexOf(" 18446744073709551615");
    for (let length = 0; length < lastField - 1; length += 1) {
      expect(parseStat(bytes, length, new StatRecord())).toBe(false);
    }
  });

  it("finds the same fields whatever the name is", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (name) => {
        const bytes = stat(Buffer.from(name));
        const record = new StatRecord();
        return parseStat(bytes, bytes.length, record) && record.startTicks === 5000 && record.parentPid === 7;
      }),
    );
  });
});

describe("parsers given any bytes", () => {
  it("never throw and never read past the length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
        const length = Math.min(cut, bytes.length);
        parseStat(bytes, length, new StatRecord());
        parseSchedstat(bytes, length, new SchedstatRecord());
        parseLastId(bytes, length);
        parseCpuStat(bytes, length, new CpuRecord());
        parseSyscallLine(bytes, length, new SyscallRecord());
        numberAfterKey(bytes, length, Buffer.from("Tgid:"));
      }),
      { numRuns: 2000 },
    );
  });

  it("never throw on text that is nearly right", () => {
    const digit = fc.constantFrom("0", "9", " ", ")", "(", "-", "\n", "x", "a", "cpu", "0x");
    fc.assert(
      fc.property(fc.array(digit, { maxLength: 120 }), (parts) => {
        const bytes = Buffer.from(parts.join(""));
        parseStat(bytes, bytes.length, new StatRecord());
        parseSchedstat(bytes, bytes.length, new SchedstatRecord());
        parseLastId(bytes, bytes.length);
        parseCpuStat(bytes, bytes.length, new CpuRecord());
        parseSyscallLine(bytes, bytes.length, new SyscallRecord());
      }),
      { numRuns: 2000 },
    );
  });
});

describe("small files", () => {
  it("reads schedstat", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (run, wait, slices) => {
        const bytes = Buffer.from(`${run} ${wait} ${slices}\n`);
        const record = new SchedstatRecord();
        return (
          parseSchedstat(bytes, bytes.length, record) &&
          record.runNanoseconds === run &&
          record.waitNanoseconds === wait &&
          record.timeslices === slices
        );
      }),
    );
  });

  it("reads the last id of loadavg", () => {
    const bytes = Buffer.from("0.24 0.10 0.10 3/98 9587\n");
    expect(parseLastId(bytes, bytes.length)).toBe(9587);
    expect(parseLastId(Buffer.from("x"), 1)).toBe(-1);
  });

  it("adds up CPU time and leaves idle and iowait out", () => {
    const bytes = Buffer.from("cpu  10 1 5 1000 500 2 3 7 9 9\ncpu0 10 1 5 1000 500 2 3 7 9 9\nintr 1 2 3\n");
    const record = new CpuRecord();
    expect(parseCpuStat(bytes, bytes.length, record)).toBe(true);
    expect(record).toMatchObject({ busyTicks: 21, stealTicks: 7, cpus: 1 });
  });

  it("counts more CPUs than it made room for", () => {
    const lines = Array.from({ length: 300 }, (_, i) => `cpu${i} ${i} 0 0 0 0 0 0 0 0 0`);
    const bytes = Buffer.from(`cpu  1 0 0 0 0 0 0 0 0 0\n${lines.join("\n")}\n`);
    const record = new CpuRecord();
    parseCpuStat(bytes, bytes.length, record);
    expect(record.cpus).toBe(300);
    expect(record.busyTicksByCpu[299]).toBe(299);
  });

  it.each([
    ["0", 1],
    ["0-3", 4],
    ["0-3,8,10-11", 7],
    ["", null],
    ["3-1", null],
    ["x", null],
  ])("counts the CPUs of %j", (text, count) => expect(countCpuList(text)).toBe(count));

  it.each([
    ["12", 12],
    ["1a", -1],
    ["", -1],
    ["self", -1],
    ["99999999999", -1],
  ])("reads the name %j", (name, pid) => expect(numberOfName(name)).toBe(pid));
});

describe("parseSyscallLine", () => {
  const parse = (text: string): SyscallRecord | null => {
    const bytes = Buffer.from(text);
    const record = new SyscallRecord();
    return parseSyscallLine(bytes, bytes.length, record) ? record : null;
  };

  it("tells running from asleep outside a call", () => {
    expect(parse("running\n")?.kind).toBe("running");
    expect(parse("-1 0x7ffd 0x7f00\n")?.kind).toBe("blocked");
  });

  it("loses no bit of a 64-bit argument", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const record = parse(`202 0x${value.toString(16)} 0x89 0x0 0x7f1 0x0 0xffffffff 0x7ffe 0x7f00\n`);
        if (record === null) return false;
        return BigInt(record.high[0]!) * 2n ** 32n + BigInt(record.low[0]!) === value && record.number === 202;
      }),
    );
  });

  it("refuses a line that was cut off", () => {
    expect(parse("202 0x7f 0x89 0x0")).toBeNull();
    expect(parse("202 0x11112222333344445 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n")).toBeNull();
  });
});
