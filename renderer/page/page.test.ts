// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import type { RequestName, Requests, Transport } from "../../core/page/protocol.ts";
import { type Scenario, simulatedTransport } from "../simulated/transport.ts";
import { createPage, type Page } from "./page.ts";
import type { PageState } from "./page-state.ts";
import type { Surroundings } from "./surroundings.ts";

interface TestAround extends Surroundings {
  hide(hidden: boolean): void;
  readonly copied: string[];
  readonly downloads: string[];
}

function surroundings(): TestAround {
  let hidden = false;
  let tell: () => void = () => undefined;
  const copied: string[] = [];
  const downloads: string[] = [];
  return {
    now: () => performance.now(),
    painted: async () => undefined,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 5))),
    every: () => () => undefined,
    hidden: () => hidden,
    onVisibility(listener) {
      tell = listener;
      return () => undefined;
    },
    copy: async (text) => {
      copied.push(text);
    },
    download: (fileName) => downloads.push(fileName),
    hide(value) {
      hidden = value;
      tell();
    },
    copied,
    downloads,
  };
}

/** In the scenario of phases the one begins after a minute, the other ends after two and a half. */
const STARTER_PID = 41210;
const ENDER_PID = 4600;

const running: (() => void)[] = [];
afterEach(() => {
  for (const stop of running.splice(0)) stop();
});

function open(scenario: Scenario, change: (transport: Transport) => Transport = (transport) => transport) {
  const around = surroundings();
  const asked: [RequestName, unknown][] = [];
  const inner = change(simulatedTransport(scenario, 5));
  const page = createPage(
    {
      request<Name extends RequestName>(name: Name, argument: Requests[Name]["argument"]) {
        asked.push([name, argument]);
        return inner.request(name, argument);
      },
    },
    around,
  );
  running.push(page.start());
  return { page, around, asked };
}

function until(page: Page, holds: (state: PageState) => boolean): Promise<PageState> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("it did not come to that")), 5000);
    const look = () => {
      if (!holds(page.store.get())) return;
      clearTimeout(timer);
      leave();
      resolve(page.store.get());
    };
    const leave = page.store.subscribe(look);
    look();
  });
}

const detailName = (state: PageState) => (state.detail?.state === "known" ? state.detail.view.runtime.name : null);

describe("the page", () => {
  it("selects the runtime that loses most by itself and shows its verdict", async () => {
    const { page } = open("demo");
    const state = await until(page, (now) => detailName(now) === "train.py");
    expect(state.detail).toMatchObject({ state: "known", ended: "no" });
    expect(state.list.items[0]).toMatchObject({ kind: "runtime", rowId: state.selectedRowId });
    expect(state.connection.state).toBe("connected");
  });

  it("keeps the figures of a selected runtime that ended", async () => {
    const { page } = open("ended");
    const state = await until(page, (now) => now.detail?.state === "known" && now.detail.ended === "since");
    expect(detailName(state)).toBe("train.py");
    expect(state.list.items.find((item) => item.kind === "runtime" && item.ended)).toBeDefined();
    const other = state.view?.rows[0]?.rowId ?? 0;
    page.select(other);
    const after = await until(page, (now) => now.detail?.state === "known" && now.detail.view.runtime.rowId === other);
    expect(after.list.items.some((item) => item.kind === "runtime" && item.ended)).toBe(false);
  });

  it("stands still while paused, shows another selection at the same moment, and goes on", async () => {
    const { page, asked } = open("demo");
    await until(page, (now) => detailName(now) === "train.py");
    page.togglePause();
    const { pausedAtMs, view } = page.store.get();
    expect(pausedAtMs).toBe(view?.wallMs);
    const other = view?.rows.at(-1)?.rowId ?? 0;
    page.select(other);
    const state = await until(page, (now) => now.detail?.state === "known" && now.detail.view.runtime.rowId === other);
    expect(state.view?.wallMs).toBe(pausedAtMs);
    const before = asked.filter(([name]) => name === "nextFrame").length;
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(asked.filter(([name]) => name === "nextFrame").length - before).toBeLessThanOrEqual(1);
    expect(page.store.get().view?.wallMs).toBe(pausedAtMs);
    page.togglePause();
    await until(page, (now) => now.view !== null && now.view.wallMs > (pausedAtMs ?? 0));
  });

  it("goes back in time from a pause", async () => {
    const { page } = open("demo");
    await until(page, (now) => detailName(now) !== null);
    page.togglePause();
    const back = (page.store.get().view?.wallMs ?? 0) - 20_000;
    page.seek(back);
    const state = await until(page, (now) => (now.view?.wallMs ?? Number.POSITIVE_INFINITY) <= back);
    expect(state.pausedAtMs).toBe(back);
  });

  it("asks for nothing while it is hidden", async () => {
    const { page, around, asked } = open("demo");
    await until(page, (now) => now.view !== null);
    around.hide(true);
    expect(asked.at(-1)).toEqual(["visibility", { visible: false }]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(asked.length).toBe(before);
    around.hide(false);
    await until(page, () => asked.length > before + 2);
  });

  it("says that the connection is lost, keeps what it shows, and comes back", async () => {
    let dead = false;
    const { page } = open("demo", (transport) => ({
      request: (name, argument) => (dead ? Promise.reject(new TypeError("gone")) : transport.request(name, argument)),
    }));
    await until(page, (now) => detailName(now) === "train.py");
    dead = true;
    const lost = await until(page, (now) => now.connection.state === "lost");
    expect(detailName(lost)).toBe("train.py");
    dead = false;
    await until(page, (now) => now.connection.state === "connected");
  });

  it("filters, and moves the selection over what is left", async () => {
    const { page } = open("demo");
    await until(page, (now) => detailName(now) !== null);
    page.setFilter("verdict:gil-bound");
    const { list } = await until(page, (now) => now.list.shownRuntimes < now.list.runtimes);
    expect(list.shownRuntimes).toBeGreaterThan(0);
    page.moveSelection(1e9);
    const last = list.items.at(-1);
    expect(last?.kind === "runtime" && last.rowId).toBe(page.store.get().selectedRowId);
  });

  it("opens a file, refuses another with the reason, and closes it", async () => {
    const { page } = open("demo");
    await until(page, (now) => now.view !== null);
    await page.openFile(new File(["x"], "notes.txt"));
    expect(page.store.get().toast).toMatchObject({ kind: "failed" });
    await page.openFile(new File(["x"], "snapshot.json"));
    const state = await until(page, (now) => now.file !== null && detailName(now) !== null);
    expect(state.file?.fileName).toBe("snapshot.json");
    page.closeFile();
    await until(page, (now) => now.file === null && now.view !== null);
  });

  it("exports by download where the shell hands back the content, and copies text", async () => {
    const { page, around } = open("demo");
    await until(page, (now) => now.view !== null);
    await page.exportSnapshot("json", true);
    expect(around.downloads).toEqual(["orion.gilscope.json"]);
    expect(page.store.get().toast).toMatchObject({ kind: "done" });
    await page.copy("text", "the verdict");
    expect(around.copied).toEqual(["text"]);
  });

  it("lists what ended inside a range with its figures, and knows what had not begun", async () => {
    const { page } = open("phases");
    const live = await until(page, (now) => detailName(now) !== null && now.firstWallMs !== null);
    const at = (second: number) => (live.firstWallMs ?? 0) + second * 1000;
    const starter = live.view?.rows.find(({ pid }) => pid === STARTER_PID);
    page.select(starter?.rowId ?? -1);
    await until(page, (now) => now.detail?.state === "known" && now.detail.view.runtime.pid === STARTER_PID);
    page.selectRange({ fromWallMs: at(10), toWallMs: at(50) });
    expect((await until(page, (now) => now.detail?.state === "before")).detail).toMatchObject({ pid: STARTER_PID });
    page.selectRange({ fromWallMs: at(100), toWallMs: at(200) });
    const ranged = await until(page, (now) => now.view?.rows.some((row) => row.endedWallMs !== undefined) ?? false);
    const gone = ranged.view?.rows.find((row) => row.endedWallMs !== undefined);
    expect(gone).toMatchObject({ pid: ENDER_PID, cpuCores: expect.any(Number) });
    page.select(gone?.rowId ?? -1);
    const { detail } = await until(page, (now) => now.detail?.state === "known" && now.detail.ended === "within");
    expect(detail).toMatchObject({ wallMs: gone?.endedWallMs, view: { runtime: { pid: ENDER_PID } } });
    page.togglePause();
    await until(page, (now) => now.detail?.state === "known" && now.detail.ended === "since");
  });

  it("shows a machine without Python as that", async () => {
    const { page } = open("empty");
    const state = await until(page, (now) => now.view !== null);
    expect(state.list.runtimes).toBe(0);
    expect(state.detail).toBeNull();
  });
});
