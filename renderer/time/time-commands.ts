import type { Desk } from "../act/desk.ts";
import type { Page } from "../page/page.ts";
import type { Command } from "../palette/command.ts";

/** How far back "the last minute" reaches, milliseconds. */
const LOOK_BACK_MS = 60_000;

/** What can be done with time, lanes and the layout of the list. */
export function timeCommands(page: Page, desk: Desk): readonly Command[] {
  const { range, view, detail } = page.store.get();
  const { line, comparison } = page.time.store.get();
  if (view === null || line === null) return [];
  const { flatList, hideHelpers } = desk.settings.store.get().settings;
  return [
    {
      id: "last-minute",
      title: "Show the last minute as one range",
      also: "time history back",
      run: () => {
        const toWallMs = line.lastWallMs;
        page.selectRange({ fromWallMs: Math.max(line.firstWallMs, toWallMs - LOOK_BACK_MS), toWallMs });
      },
    },
    {
      id: "time-line",
      title: "Go to the time line",
      key: "T",
      also: "history range back",
      run: () => document.querySelector<HTMLElement>(".time-strip")?.focus(),
    },
    { id: "mark", title: "Mark this moment", key: "M", also: "time event", run: () => void page.time.mark() },
    ...(range === null
      ? []
      : [
          { id: "zoom-range", title: "Zoom the time line to the range", run: () => page.time.zoomTo(range) },
          { id: "drop-range", title: "Drop the range", run: () => page.selectRange(null) },
        ]),
    comparison === null
      ? {
          id: "compare",
          title: "Compare two ranges of time…",
          key: "C",
          also: "diff side by side",
          run: () => page.time.beginComparison(),
        }
      : { id: "end-compare", title: "End the comparison", run: () => page.time.endComparison() },
    ...(detail?.state === "known"
      ? [
          {
            id: "lanes",
            title: page.lanes.store.get().open ? "Close the GIL lanes" : "Show the GIL lanes",
            key: "L",
            also: "who has the gil hand-over",
            run: () => page.lanes.toggle(),
          },
        ]
      : []),
    {
      id: "list-shape",
      title: flatList ? "Group the list by program" : "Show the list flat",
      also: "tree families layout",
      run: () => void desk.changeSettings({ flatList: !flatList }),
    },
    {
      id: "list-helpers",
      title: hideHelpers ? "Show helpers in the list" : "Hide helpers in the list",
      also: "resource tracker fork server",
      run: () => void desk.changeSettings({ hideHelpers: !hideHelpers }),
    },
  ];
}
