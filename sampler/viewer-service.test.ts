import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TEXT_EXPORTERS } from "../cli/exporters.ts";
import type { RuntimeSeries, Sparklines } from "../core/frame/view.ts";
import type { TimeEvent } from "../core/history/events.ts";
import type { TimeLine } from "../core/history/time-line.ts";
import type { Lanes } from "../core/lanes/lanes.ts";
import {
  EXPORT_FORMATS,
  type ExportOutcome,
  type NextFrame,
  type OpenOutcome,
  type StackAnswer,
  type Welcome,
} from "../core/page/protocol.ts";
import type { DiffReport } from "../core/report/diff-report.ts";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL } from "../core/testing/scenarios.ts";
import { type SimulatedEngine, simulatedEngine } from "./testing/simulated-engine.ts";
import { createViewerService, type ViewerService } from "./viewer-service.ts";

/** Stands in for what draws pictures in a thread of its own. */
const png = { ...TEXT_EXPORTERS.svg, ending: ".png", mediaType: "image/png", write: async () => Uint8Array.of(1) };

let engine: SimulatedEngine;
let service: ViewerService;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  engine = simulatedEngine();
  service = createViewerService({
    engine,
    welcome: () => ({ programVersion: "1", engine: "", shell: "browser", sandboxOff: false, intervalMs: 1000 }),
    saveFile: null,
    chooseRecording: null,
    copyText: null,
    exporters: { ...TEXT_EXPORTERS, png },
  });
});

afterEach(() => {
  service.close();
  vi.useRealTimers();
});

async function ask<Answer>(name: string, argument: unknown): Promise<Answer> {
  return (await service.handle(name, argument)) as Answer;
}

function nextFrame(after: number, selectedRowId: number | null = null, source = "live"): Promise<NextFrame> {
  return ask<NextFrame>("nextFrame", { source, after, selectedRowId });
}

function run(seconds: number): void {
  for (let second = 0; second < seconds; second += 1) engine.step(BUSY_MACHINE);
}

async function snapshotText(): Promise<string> {
  const outcome = await ask<ExportOutcome>("exportSnapshot", {
    source: "live",
    format: "json",
    redact: true,
    untilWallMs: null,
  });
  if (outcome.state !== "content") throw new Error(outcome.state);
  return String(outcome.body);
}

describe("the viewer service", () => {
  it("welcomes with the live source", async () => {
    run(3);
    const welcome = await ask<Welcome>("welcome", null);
    expect(welcome).toMatchObject({ startSource: "live", sources: [{ id: "live", fileName: null }] });
    expect(welcome.sources[0]?.lastWallMs).toBe(engine.frame()?.wallMs);
  });

  it("answers at once with a newer frame, later when one comes, and with none after ten seconds", async () => {
    run(1);
    const first = await nextFrame(-1);
    expect(first.view?.sequence).toBe(engine.frame()?.sequence);
    const waiting = nextFrame(first.view?.sequence ?? 0);
    run(1);
    expect((await waiting).view?.sequence).toBe(engine.frame()?.sequence);
    const never = nextFrame(engine.frame()?.sequence ?? 0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await never).toEqual({ status: { state: "live" }, view: null });
  });

  it("tells of a changed status without a frame", async () => {
    run(1);
    const waiting = nextFrame(engine.frame()?.sequence ?? 0);
    engine.setStatus({ state: "restarting", reason: "crash" });
    expect(await waiting).toEqual({ status: { state: "restarting", reason: "crash" }, view: null });
  });

  it("attends to the runtime on screen, to nothing while hidden, and to nothing when the viewer has gone", async () => {
    run(1);
    await nextFrame(-1, 3);
    await ask("visibility", { visible: false });
    await ask("visibility", { visible: true });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(engine.attentions).toEqual([
      { visible: true, selectedRowId: 3 },
      { visible: false, selectedRowId: 3 },
      { visible: true, selectedRowId: 3 },
      { visible: false, selectedRowId: null },
    ]);
  });

  it("watches lanes for as long as somebody asks for them", async () => {
    run(6);
    const rowId = engine.frame()?.runtimes.find(({ pid }) => pid === FOUR_ON_ONE_GIL.pid)?.rowId ?? 0;
    const lanes = (source = "live") => ask<Lanes | null>("lanes", { source, processRowId: rowId, fromMonotonicMs: 0 });
    expect((await lanes())?.changes.length).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(2500);
    await lanes();
    await vi.advanceTimersByTimeAsync(2500);
    expect(engine.attentions.map(({ lanesRowId }) => lanesRowId)).toEqual([rowId]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(engine.attentions.at(-1)?.lanesRowId ?? null).toBeNull();
    expect(await lanes("file-1")).toBeNull();
    await expect(lanes("elsewhere")).rejects.toMatchObject({ code: "bad-argument" });
  });

  it("gives the stacks of all threads, by name", async () => {
    const frames = [{ functionName: "step", file: "/app/train.py", line: 3 }];
    const threads = FOUR_ON_ONE_GIL.threads.map((thread) => ({ ...thread, stack: frames }));
    engine.step({ processes: [{ ...FOUR_ON_ONE_GIL, threads }] });
    const rowId = engine.frame()?.runtimes[0]?.rowId ?? 0;
    const answer = await ask<StackAnswer>("stack", { source: "live", processRowId: rowId, wallMs: null });
    if (answer.state !== "read") throw new Error(answer.reason);
    expect(answer.threads.map(({ name }) => name)).toContain("worker-1");
    expect(answer.threads[0]?.frames).toEqual(frames);
    const then = { source: "live", processRowId: rowId, wallMs: engine.frame()?.wallMs ?? 0 };
    expect(await ask<StackAnswer>("stack", then)).toMatchObject({ state: "read" });
    expect(await ask<StackAnswer>("stack", { ...then, processRowId: 99 })).toEqual({ state: "failed", reason: "gone" });
  });

  it("gives frames of the past, series and sparklines", async () => {
    run(8);
    const rowId = engine.frame()?.runtimes.find(({ pid }) => pid === FOUR_ON_ONE_GIL.pid)?.rowId ?? 0;
    const past = await ask<NextFrame>("frameAt", {
      source: "live",
      wallMs: (engine.frame()?.wallMs ?? 0) - 2000,
      selectedRowId: rowId,
    });
    expect(past.view?.sequence).toBe((engine.frame()?.sequence ?? 0) - 2);
    expect(past.view?.selected?.runtime.pid).toBe(FOUR_ON_ONE_GIL.pid);
    const range = { source: "live", untilWallMs: null, seconds: 60, points: 60 };
    expect((await ask<RuntimeSeries>("series", { ...range, rowId, followedRowId: null })).cpuCores).toHaveLength(7);
    expect((await ask<Sparklines>("sparklines", { ...range, rowIds: [rowId, 1] })).cpuCores).toHaveLength(120);
  });

  it("answers for ranges of time, live and in a file, and compares two", async () => {
    run(30);
    const text = await snapshotText();
    const opened = await ask<OpenOutcome>("openFile", { fileName: "s.json", text });
    if (opened.state !== "opened") throw new Error(opened.state);
    for (const source of ["live", opened.source.id]) {
      const line = await ask<TimeLine>("timeLine", { source, points: 2000, eventsAfter: 0 });
      const end = line.lastWallMs;
      const frame = await ask<NextFrame>("frameBetween", {
        source,
        fromWallMs: end - 4000,
        toWallMs: end - 2000,
        selectedRowId: null,
      });
      expect(frame.view?.windowSeconds).toBeCloseTo(2);
      expect(line.wallMs.at(-1)).toBe(end);
      expect(line.lostCores.at(-1)).toBeGreaterThan(0);
      const before = { source, fromWallMs: end - 4000, toWallMs: end - 2000 };
      const after = { source: "live", fromWallMs: end - 2000, toWallMs: end };
      const report = await ask<DiffReport>("compareRanges", { before, after });
      expect(report.runtimes.every(({ presence }) => presence === "both")).toBe(true);
    }
    const mark = await ask<TimeEvent>("mark", { source: "live", wallMs: 1 });
    expect(mark).toMatchObject({ kind: "mark", number: 1 });
    const later = await ask<TimeLine>("timeLine", { source: "live", points: 10, eventsAfter: mark.id });
    expect(later.events).toEqual([]);
  });

  it("exports in every format, and opens its own snapshot to the same frame", async () => {
    run(10);
    for (const format of EXPORT_FORMATS) {
      const outcome = await ask<ExportOutcome>("exportSnapshot", {
        source: "live",
        format,
        redact: true,
        untilWallMs: null,
      });
      expect(outcome).toMatchObject({ state: "content" });
      if (outcome.state === "content")
        expect(outcome.fileName).toMatch(/^gilscope-orion-[0-9]{8}-[0-9]{6}[a-z.-]*\.(json|csv|html|md|svg|png|txt)$/);
    }
    vi.useRealTimers();
    const opened = await ask<OpenOutcome>("openFile", { fileName: "/a/b\\snap.json", text: await snapshotText() });
    expect(opened).toMatchObject({ state: "opened", source: { id: "file-1", fileName: "snap.json" } });
    const shown = await nextFrame(-1, null, "file-1");
    const live = await nextFrame(-1);
    expect(shown.status).toEqual({ state: "file" });
    expect(shown.view).toEqual(live.view);
    await ask("closeFile", { source: "file-1" });
    await expect(nextFrame(-1, null, "file-1")).rejects.toMatchObject({ code: "unknown-source" });
  });

  it("starts with a file that was opened for it", async () => {
    vi.useRealTimers();
    run(3);
    expect((await service.openFile("x.json", await snapshotText())).state).toBe("opened");
    const welcome = await ask<Welcome>("welcome", null);
    expect(welcome.startSource).toBe("file-1");
    expect(welcome.sources).toHaveLength(2);
  });

  it("says what is wrong with a file, and holds only a few", async () => {
    vi.useRealTimers();
    run(3);
    for (const text of ["", "x", "{", '{"format":"gilscope-snapshot","schemaVersion":9}']) {
      expect(await ask<OpenOutcome>("openFile", { fileName: "f", text })).toMatchObject({ state: "failed" });
    }
    const text = await snapshotText();
    for (let index = 0; index < 4; index += 1) await ask("openFile", { fileName: "f", text });
    expect(await ask<OpenOutcome>("openFile", { fileName: "f", text })).toMatchObject({ state: "failed" });
  });

  it("refuses unknown requests and arguments that are not what they should be", async () => {
    for (const name of ["", "constructor", "__proto__", "handle", "toString"]) {
      await expect(service.handle(name, null)).rejects.toMatchObject({ code: "unknown-request" });
    }
    const bad: readonly (readonly [string, unknown])[] = [
      ["welcome", {}],
      ["nextFrame", null],
      ["nextFrame", { source: "live", after: "1", selectedRowId: null }],
      ["nextFrame", { source: "file-x", after: 1, selectedRowId: null }],
      ["nextFrame", { source: "live", after: 1.5, selectedRowId: -1 }],
      ["series", { source: "live", rowId: 1, untilWallMs: null, seconds: 1e99, points: 10, followedRowId: null }],
      ["series", { source: "live", rowId: 1, untilWallMs: null, seconds: 10, points: 1e6, followedRowId: null }],
      ["sparklines", { source: "live", rowIds: Array(5000).fill(1), untilWallMs: null, seconds: 10, points: 2000 }],
      ["exportSnapshot", { source: "live", format: "exe", redact: true, untilWallMs: null }],
      ["openFile", { fileName: 1, text: "" }],
      ["copyText", { text: "x".repeat(2 ** 20 + 1) }],
    ];
    for (const [name, argument] of bad) {
      await expect(service.handle(name, argument), name).rejects.toMatchObject({ code: "bad-argument" });
    }
  });

  it("lets only so many wait, and answers them all when it closes", async () => {
    run(1);
    const after = engine.frame()?.sequence ?? 0;
    const waiting = Array.from({ length: 128 }, () => nextFrame(after));
    await expect(nextFrame(after)).rejects.toMatchObject({ code: "too-many" });
    service.close();
    expect(await Promise.all(waiting)).toHaveLength(128);
    await expect(nextFrame(-1)).rejects.toMatchObject({ code: "closed" });
  });

  it("tells how far a file is that is being opened, and stops when asked", async () => {
    run(300);
    const exported = (await service.handle("exportSnapshot", {
      source: "live",
      format: "json",
      redact: true,
      untilWallMs: null,
    })) as { readonly body: string };
    vi.useRealTimers();
    // Time that flies makes a turn of every sample: however fast the machine, the file is not open at once.
    let nowMs = Date.now();
    const clock = vi.spyOn(Date, "now").mockImplementation(() => {
      nowMs += 1000;
      return nowMs;
    });
    const opened = ask<OpenOutcome>("openFile", { fileName: "long.json", text: exported.body });
    const other = ask<number | null>("opening", { fileName: "other.json", cancel: true });
    const share = ask<number | null>("opening", { fileName: "long.json", cancel: true });
    expect(await other).toBeNull();
    expect(await share).toBeTypeOf("number");
    expect((await opened).state).toBe("cancelled");
    clock.mockRestore();
    expect(await ask<number | null>("opening", { fileName: "long.json", cancel: false })).toBeNull();
  });

  it("has nothing to export before the first sample", async () => {
    const outcome = await ask<ExportOutcome>("exportSnapshot", {
      source: "live",
      format: "json",
      redact: true,
      untilWallMs: null,
    });
    expect(outcome.state).toBe("failed");
  });
});
