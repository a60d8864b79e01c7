import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { advance, initialState } from "../core/advance.ts";
import type { ExportInput } from "../core/export/exporter.ts";
import { collapsedExporter, speedscopeExporter } from "../core/export/profile-exporters.ts";
import { traceExporter } from "../core/export/trace-exporter.ts";
import type { Frame } from "../core/frame/frame.ts";
import { History } from "../core/history/history.ts";
import type { StackFrame } from "../core/sample/thread-stack.ts";
import { type SimulatedMachine, simulate } from "../core/testing/sample-builder.ts";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL } from "../core/testing/scenarios.ts";
import { htmlExporter, REPORT_STYLE, REPORT_STYLE_DIGEST } from "../words/export/html-exporter.ts";
import { markdownExporter } from "../words/export/markdown-exporter.ts";
import { svgExporter } from "../words/export/svg-exporter.ts";

const HOSTILE: SimulatedMachine = {
  processes: [
    {
      ...FOUR_ON_ONE_GIL,
      pid: 6100,
      commandLine: ["python3", "</style><script>alert(1)</script>\"'\u001b[2J\u202e<img src=//evil.example>.py"],
      threads: [
        {
          name: "<svg onload=x>|`a`](http://evil.example)",
          run: 0.5,
          held: 0.5,
          slices: 200,
          rest: { gilWait: 1 },
        },
        { name: "# [x](//evil)", run: 0.45, held: 0.45, slices: 200, rest: { gilWait: 1 } },
      ],
    },
  ],
};

function inputOf(machine: SimulatedMachine, rowId: number | null = null): ExportInput {
  const { header, samples } = simulate(machine, 12);
  const history = new History(header);
  let state = initialState(header);
  let frame: Frame | null = null;
  for (const sample of samples) {
    const next = advance(state, sample);
    state = next.state;
    frame = next.frame;
    history.push(sample, frame);
  }
  return { header, frame: frame!, samples, history, redacted: true, rowId };
}

const busy = inputOf(BUSY_MACHINE);
const hostile = inputOf(HOSTILE);

describe("the HTML report", () => {
  it("says verdict, evidence, machine and how it was measured, with a chart of each runtime", () => {
    const text = htmlExporter.write(busy);
    for (const part of ["GIL-bound", "Evidence", "What would help", "The machine", "How it was measured", "orion"]) {
      expect(text).toContain(part);
    }
    expect(text.match(/<svg /g)?.length).toBe(busy.frame.runtimes.length);
    expect(text).toContain("@media print");
  });

  it("holds no script and nothing that is asked for from anywhere, whatever the machine says", () => {
    for (const input of [busy, hostile]) {
      const text = htmlExporter.write(input);
      expect(text).not.toMatch(/<(?:script|img|link|iframe|object|embed|base|form|image|use|foreignObject)\b/i);
      expect(text).not.toMatch(/<[^>]*\s(?:src|href|on\w+|style)\s*=/i);
      expect(text).not.toMatch(/@import|url\(/i);
      expect(text.match(/<\/style>/g)).toHaveLength(1);
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it("allows by policy only its own style", () => {
    expect(createHash("sha256").update(REPORT_STYLE).digest("base64")).toBe(REPORT_STYLE_DIGEST);
    expect(htmlExporter.write(busy)).toContain(
      `content="default-src 'none'; style-src 'sha256-${REPORT_STYLE_DIGEST}'; base-uri 'none'; form-action 'none'"`,
    );
  });
});

describe("the Markdown report", () => {
  it("has a table row for each runtime and the verdict in bold", () => {
    const text = markdownExporter.write(busy);
    expect(text).toContain("**GIL-bound:**");
    expect(text).toMatch(/^\| train\.py \| 4100 \|/m);
    expect(text).toContain("| Cores used | 0.99 |");
    for (const table of text.split("\n\n").filter((block) => block.startsWith("|"))) {
      const columns = table.split("\n").map((line) => line.match(/(?<!\\)\|/g)?.length);
      expect(new Set(columns).size).toBe(1);
    }
  });

  it("shows what the machine says as text", () => {
    const text = markdownExporter.write(hostile);
    expect(text).not.toMatch(/(?<!\\)[<`[]/);
    expect(text).not.toContain("://");
  });
});

describe("the SVG chart", () => {
  it("draws each thread of the runtime that loses most, or of the one asked for", () => {
    const text = svgExporter.write(busy);
    expect(text).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(text).toContain("train.py (4100)");
    expect(text.match(/<polygon /g)?.length).toBeGreaterThan(3);
    expect(text).not.toMatch(/NaN|Infinity/);
    const other = busy.frame.runtimes.find(({ pid }) => pid === 4300)!;
    expect(svgExporter.write({ ...busy, rowId: other.rowId })).toContain("(4300)");
  });

  it("is a picture without runtimes too", () => {
    expect(svgExporter.write(inputOf({ processes: [] }))).toContain("nothing to draw");
  });
});

describe("the trace", () => {
  interface Event {
    readonly ph: string;
    readonly name: string;
    readonly pid: number;
    readonly tid?: number;
    readonly ts?: number;
    readonly dur?: number;
    readonly args: Readonly<Record<string, number | string>>;
  }
  const events = (input: ExportInput): readonly Event[] =>
    (JSON.parse(traceExporter.write(input)) as { readonly traceEvents: readonly Event[] }).traceEvents;

  it("names a track for each thread, with slices that follow one another and shares that sum to one", () => {
    const all = events(busy);
    for (const { pid, threadStart, threadRows } of busy.frame.runtimes) {
      for (let row = threadStart; row < threadStart + threadRows; row += 1) {
        const tid = busy.frame.threads.tid[row]!;
        const track = all.filter((event) => event.pid === pid && event.tid === tid);
        expect(track.find(({ name }) => name === "thread_name")?.args["name"]).toBe(busy.frame.threads.names[row]);
        const slices = track.filter(({ ph }) => ph === "X");
        expect(slices).toHaveLength(busy.samples.length - 1);
        slices.forEach((slice, index) => {
          if (index > 0) expect(slice.ts).toBe(slices[index - 1]!.ts! + slices[index - 1]!.dur!);
          const { cpuCores: _, ...shares } = slice.args;
          expect(Object.values(shares).reduce<number>((sum, share) => sum + Number(share), 0)).toBeGreaterThan(0.95);
        });
      }
    }
  });

  it("counts cores and held ratio of each runtime", () => {
    const counters = events(busy).filter(({ ph, pid }) => ph === "C" && pid === FOUR_ON_ONE_GIL.pid);
    expect(new Set(counters.map(({ name }) => name))).toContain("cores");
    expect(counters.find(({ name }) => name === "cores")?.args["used"]).toBeCloseTo(0.99, 1);
  });

  it("has slices that end where the next begins, whatever the times round to", () => {
    const samples = busy.samples.map((sample, index) => ({ ...sample, monotonicMs: index * 1000.000_37 + 1e6 }));
    const ends = new Map<string, number>();
    for (const { ph, pid, tid, ts = 0, dur = 0 } of events({ ...busy, samples })) {
      if (ph !== "X") continue;
      const end = ends.get(`${pid} ${tid}`);
      if (end !== undefined) expect(ts).toBe(end);
      ends.set(`${pid} ${tid}`, ts + dur);
    }
    expect(ends.size).toBeGreaterThan(10);
  });

  it("of one runtime names no other", () => {
    const { rowId, pid } = busy.frame.runtimes[2]!;
    expect(new Set(events({ ...busy, rowId }).map((event) => event.pid))).toEqual(new Set([pid]));
  });
});

describe("profiles of who had the GIL", () => {
  const read = inputOf({ processes: [{ ...FOUR_ON_ONE_GIL, rung: "memory" }] });
  const wanted = read.frame.runtimes.find(({ pid }) => pid === FOUR_ON_ONE_GIL.pid)!;
  const seen = (count: number): ExportInput["samples"][number]["gils"][number]["holdings"] => {
    const row = read.frame.threads.rowId[wanted.threadStart + 1]!;
    return [{ threadRowId: row, functionName: "crunch;x", file: "train.py", line: 7, samples: count, whileWaited: 0 }];
  };
  const samples = read.samples.map((sample, index) => ({
    ...sample,
    gils: sample.gils.map((gil) =>
      gil.processRowId === wanted.rowId ? { ...gil, holdings: seen(index * 5) ?? [] } : gil,
    ),
  }));
  const input = { ...read, samples, rowId: wanted.rowId };
  const heldSeconds = (): number => {
    const gils = samples.flatMap(({ gils: all }) => all.filter(({ processRowId }) => processRowId === wanted.rowId));
    const [first, last] = [gils[0]!, gils.at(-1)!];
    const seconds = (samples.at(-1)!.monotonicMs - samples[0]!.monotonicMs) / 1000;
    return (seconds * (last.heldSamples - first.heldSamples)) / (last.samples - first.samples);
  };

  it("add up to the time it was held, what was not read included", () => {
    const lines = collapsedExporter.write(input).trimEnd().split("\n");
    const total = lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0) / 1e6;
    expect(total).toBeCloseTo(heldSeconds(), 1);
    expect(lines.some((line) => /^train\.py \(4100\);worker-0;crunch,x \(train\.py:7\) \d+$/.test(line))).toBe(true);
    expect(lines.some((line) => line.includes("(function not read)"))).toBe(true);
    for (const line of lines) expect(line.split(";")).toHaveLength(3);
  });

  it("stand on whole stacks where these were read, divided among the ways in which a function was called", () => {
    const row = read.frame.threads.rowId[wanted.threadStart + 1]!;
    const frame = (functionName: string, line: number): StackFrame => ({ functionName, file: "train.py", line });
    const stacked = samples.map((sample, index) => {
      const callers =
        index % 3 === 0 ? [frame("evaluate", 70), frame("main", 90)] : [frame("fit", 40), frame("main", 80)];
      const stack = { threadRowId: row, readAtMs: sample.monotonicMs, inGarbageCollection: false };
      return { ...sample, stacks: [{ ...stack, frames: [frame("crunch;x", 7 + index), ...callers] }] };
    });
    const lines = collapsedExporter
      .write({ ...input, samples: stacked })
      .trimEnd()
      .split("\n");
    const seconds = (wantedLine: RegExp): number =>
      lines
        .filter((line) => wantedLine.test(line))
        .reduce((sum, line) => sum + Number(line.split(" ").at(-1)) / 1e6, 0);
    const fit = seconds(/;worker-0;main \(train\.py:80\);fit \(train\.py:40\);crunch,x \(train\.py:\d+\) \d+$/);
    const evaluate = seconds(/;worker-0;main \(train\.py:90\);evaluate \(train\.py:70\);crunch,x/);
    const evaluated = stacked.filter((_, index) => index % 3 === 0).length;
    expect(fit / evaluate).toBeCloseTo((stacked.length - evaluated) / evaluated, 5);
    const flat = collapsedExporter.write(input).trimEnd().split("\n");
    const before = flat.filter((line) => line.includes("worker-0;crunch,x"));
    expect(fit + evaluate).toBeCloseTo(Number(before[0]?.split(" ").at(-1)) / 1e6, 4);
    const profile = JSON.parse(speedscopeExporter.write({ ...input, samples: stacked })) as {
      readonly profiles: readonly { readonly samples: readonly (readonly number[])[] }[];
    };
    expect(profile.profiles[0]?.samples.some((places) => places.length === 4)).toBe(true);
  });

  it("say the same to speedscope", () => {
    const file = JSON.parse(speedscopeExporter.write(input)) as {
      readonly shared: { readonly frames: readonly { readonly name: string }[] };
      readonly profiles: readonly {
        readonly samples: readonly (readonly number[])[];
        readonly weights: readonly number[];
        readonly endValue: number;
      }[];
    };
    const [profile] = file.profiles;
    expect(profile?.samples).toHaveLength(profile?.weights.length ?? -1);
    expect(profile?.endValue).toBeCloseTo(heldSeconds(), 1);
    for (const place of profile?.samples.flat() ?? []) expect(file.shared.frames[place]?.name).toBeTruthy();
  });

  it("are empty where no GIL was read", () => {
    const none = { ...busy, samples: busy.samples.map((sample) => ({ ...sample, gils: [] })) };
    expect(collapsedExporter.write(none)).toBe("");
    expect(JSON.parse(speedscopeExporter.write(none))).toMatchObject({ profiles: [] });
  });
});
