// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { advance, initialState } from "../../core/advance.ts";
import type { RuntimeView } from "../../core/frame/view.ts";
import { viewOf } from "../../core/frame/view-of.ts";
import type { Transport } from "../../core/page/protocol.ts";
import { MEMORY_KNOWN } from "../../core/sample/memory-sample.ts";
import type { RawSample } from "../../core/sample/raw-sample.ts";
import { simulate } from "../../core/testing/sample-builder.ts";
import { createDesk } from "../act/desk.ts";
import { DeskContext } from "../act/use-desk.ts";
import { createPage } from "../page/page.ts";
import { browserSurroundings } from "../page/surroundings.ts";
import { PageContext } from "../page/use-page.ts";
import { createSettings } from "../settings/settings-keeper.ts";
import { MemoryCard } from "./memory-card.tsx";

afterEach(cleanup);

const MEBIBYTE = 2 ** 20;
const silent: Transport = { request: () => new Promise(() => undefined) };

function withMemory(sample: RawSample): RawSample {
  const rowIds = sample.processes.rowId;
  const column = (value: number): Float64Array => new Float64Array(rowIds.length).fill(value);
  return {
    ...sample,
    memories: {
      length: rowIds.length,
      processRowId: rowIds,
      readAtMs: column(4000),
      pssBytes: column(300 * MEBIBYTE),
      ussBytes: column(100 * MEBIBYTE),
      privateDirtyBytes: column(100 * MEBIBYTE),
      sharedCleanBytes: column(0),
      sharedDirtyBytes: column(412 * MEBIBYTE),
      anonymousBytes: column(512 * MEBIBYTE),
      swapBytes: column(0),
      earlierReadAtMs: column(-2000),
      earlierAnonymousBytes: column(512 * MEBIBYTE),
      earlierPrivateDirtyBytes: column(96 * MEBIBYTE),
      reason: new Uint8Array(rowIds.length).fill(MEMORY_KNOWN),
    },
    sharedMemory: {
      readAtMs: sample.monotonicMs - 1000,
      unreadableProcesses: 0,
      segments: [
        {
          name: "/dev/shm/psm_<b>1",
          kind: "shared_memory",
          sizeBytes: 256 * MEBIBYTE,
          allocatedBytes: 256 * MEBIBYTE,
          modifiedWallMs: sample.wallMs - 60_000,
          processRowIds: [],
          unmappedRounds: 2,
        },
      ],
    },
  };
}

function view(): RuntimeView {
  const command = ["python3", "pool.py"];
  const threads = [{ run: 0.9, slices: 20 }];
  const worker = { parentPid: 10, commandLine: command, threads };
  const { header, samples } = simulate(
    {
      processes: [
        { pid: 10, parentPid: 1, commandLine: command, threads },
        { ...worker, pid: 20 },
        { ...worker, pid: 30 },
      ],
    },
    6,
  );
  let state = initialState(header);
  for (const sample of samples) state = advance(state, withMemory(sample)).state;
  return viewOf(state.frame!, 2).selected!;
}

function show(): void {
  const around = browserSurroundings(window);
  const page = createPage(silent, around);
  const desk = createDesk({ transport: silent, page, around, settings: createSettings(window) });
  render(
    <PageContext value={page}>
      <DeskContext value={desk}>
        <MemoryCard view={view()} />
      </DeskContext>
    </PageContext>,
  );
}

describe("the memory of a runtime and its family", () => {
  it("is one line until it is opened, and makes no tables before", () => {
    show();
    expect(screen.getByTestId("memory-view").textContent).toContain("100 MiB own of 300 MiB");
    expect(screen.getByTestId("memory-view").textContent).toContain("3 runtimes 900 MiB together");
    expect(screen.queryByTestId("members-table")).toBeNull();
  });

  it("tells what is still shared, how fast that goes, and what was left behind", () => {
    show();
    const card = screen.getByTestId("memory-view") as HTMLDetailsElement;
    card.open = true;
    fireEvent(card, new Event("toggle"));
    expect(card.textContent).toContain("412 MiB of 512 MiB are still shared since the fork");
    const members = within(screen.getByTestId("members-table")).getAllByRole("row");
    expect(members).toHaveLength(4);
    expect(members[2]!.textContent).toContain("40.0 MiB/min");
    const segments = screen.getByTestId("segments-table");
    expect(segments.textContent).toContain("psm_<b>1");
    expect(segments.textContent).toContain("left behind");
    expect(segments.querySelector("b")).toBeNull();
  });
});
