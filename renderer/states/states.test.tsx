// @vitest-environment happy-dom
import { act, cleanup, render, screen } from "@testing-library/react";
import { Profiler } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { SourceInfo, Transport } from "../../core/page/protocol.ts";
import { obstacleRemedy } from "../../words/obstacle.ts";
import { createPage } from "../page/page.ts";
import { browserSurroundings } from "../page/surroundings.ts";
import { PageContext } from "../page/use-page.ts";
import { frameView } from "../testing/rows.ts";
import { Banner } from "./banner.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Limits } from "./limits.tsx";
import { ObstacleNote } from "./obstacle-note.tsx";

afterEach(cleanup);

const silent: Transport = { request: () => new Promise(() => undefined) };

const FILE: SourceInfo = {
  id: "file-1",
  fileName: "<b>x</b>.json",
  host: {
    hostName: "build-07",
    operatingSystem: "Debian GNU/Linux 12",
    kernel: "6.1.0",
    architecture: "x86_64",
    cpuModel: "",
    onlineCpus: 8,
    memoryBytes: 1,
    pageBytes: 4096,
    clockTicksPerSecond: 100,
    bootWallMs: 0,
  },
  capabilities: [],
  firstWallMs: 0,
  lastWallMs: 1000,
};

function Broken(): never {
  throw new Error("a bug");
}

describe("states", () => {
  it("says what is wrong with the source of figures, and nothing when all is well", () => {
    const page = createPage(silent, browserSurroundings(window));
    const { container } = render(
      <PageContext value={page}>
        <Banner />
      </PageContext>,
    );
    expect(container.textContent).toBe("");
    act(() => page.store.set({ status: { state: "stopped", reason: "it failed three times" } }));
    expect(screen.getByTestId("banner-stopped").textContent).toContain("it failed three times");
    act(() => page.store.set({ file: FILE }));
    expect(screen.getByTestId("banner-file").textContent).toContain("<b>x</b>.json");
    expect(screen.getByTestId("banner-file").textContent).toContain("build-07");
    act(() => page.store.set({ connection: { state: "lost" }, view: frameView([]) }));
    expect(screen.getByTestId("banner-lost").textContent).toContain("last figures");
  });

  it("tells on demand what can't be seen, and looks again with each frame only while it is asked", () => {
    const page = createPage(silent, browserSurroundings(window));
    const capabilities = [{ id: "gilMemory", available: false, reason: "denied", obstacle: "yama-scope-1" }] as const;
    const drawn = vi.fn();
    render(
      <PageContext value={page}>
        <Profiler id="limits" onRender={drawn}>
          <Limits />
        </Profiler>
      </PageContext>,
    );
    expect(screen.queryByTestId("limits-button")).toBeNull();
    const frame = () =>
      act(() => page.store.set({ view: frameView([], { capabilities: structuredClone(capabilities) }) }));
    frame();
    const before = drawn.mock.calls.length;
    frame();
    expect(drawn).toHaveBeenCalledTimes(before);
    act(() => screen.getByTestId("limits-button").click());
    expect(screen.getByTestId("limits-sheet").querySelectorAll("dt")).toHaveLength(1);
    act(() => screen.getByRole("button", { name: "Close" }).click());
    expect(screen.queryByTestId("limits-sheet")).toBeNull();
  });

  it("names an obstacle and its remedy", () => {
    render(<ObstacleNote obstacle="yama-scope-1" unseen />);
    const note = screen.getByTestId("obstacle").textContent;
    expect(note).toContain("ptrace_scope is 1");
    expect(note).toContain(obstacleRemedy("yama-scope-1").slice(0, 20));
  });

  it("offers to load the page again after a fault", () => {
    const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
    render(
      <ErrorBoundary>
        <Broken />
      </ErrorBoundary>,
    );
    expect(screen.getByTestId("crash").textContent).toContain("a bug");
    expect(screen.getByRole("button").textContent).toContain("again");
    quiet.mockRestore();
  });
});
