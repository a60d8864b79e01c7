import { EXAMPLE_IDS } from "../../core/launch/examples.ts";
import { EXPORT_FORMATS } from "../../core/page/protocol.ts";
import { LIST_SORTS, THEMES } from "../../core/settings/settings.ts";
import { EXPORT_FORMAT_LABELS } from "../../words/export-formats.ts";
import { VERDICT_LABELS } from "../../words/labels.ts";
import { cores } from "../../words/number.ts";
import { runtimeTable } from "../../words/runtime-table.ts";
import type { Desk } from "../act/desk.ts";
import { actCommands, copyCommands, placeCommands, stackCommand } from "../act/runtime-commands.ts";
import { selectedRuntime } from "../act/target.ts";
import { EXAMPLE_TITLES } from "../help/example-titles.ts";
import type { Page } from "../page/page.ts";
import { pictureCommands } from "../picture/picture-commands.ts";
import { timeCommands } from "../time/time-commands.ts";
import type { Command } from "./command.ts";

const SORT_TITLES: Readonly<Record<(typeof LIST_SORTS)[number], string>> = {
  lost: "lost cores",
  cpu: "CPU",
  memory: "memory",
  name: "name",
};

const THEME_TITLES: Readonly<Record<(typeof THEMES)[number], string>> = {
  system: "as the system",
  dark: "dark",
  light: "light",
  contrast: "high contrast",
};

function ofSelected(page: Page, desk: Desk): readonly Command[] {
  const selected = selectedRuntime(page);
  if (selected === null) return [];
  const { runtime, alive } = selected;
  const commands = [
    stackCommand(desk, runtime),
    ...copyCommands(page, runtime),
    ...(alive ? actCommands(page, desk, runtime) : []),
    ...placeCommands(page, desk, runtime, alive),
  ];
  return commands.map((command) => ({ ...command, note: runtime.name }));
}

/** Everything the window itself can do now. */
export function windowCommands(page: Page, desk: Desk): readonly Command[] {
  const { file, pausedAtMs, welcome, view, list } = page.store.get();
  const desktop = welcome?.shell === "desktop";
  const press = (testId: string) => () => document.querySelector<HTMLElement>(`[data-testid="${testId}"]`)?.click();
  return [
    ...(file === null && view !== null
      ? [
          {
            id: "pause",
            title: pausedAtMs === null ? "Pause" : "Resume",
            key: "Space",
            run: () => page.togglePause(),
          },
        ]
      : []),
    {
      id: "filter",
      title: "Filter…",
      key: "/",
      also: "search find",
      run: () => document.querySelector<HTMLElement>('[data-testid="filter-input"]')?.focus(),
    },
    ...(desktop
      ? [
          {
            id: "launch",
            title: "Launch and watch…",
            also: "start run command",
            run: () => desk.open({ kind: "launch" }),
          },
        ]
      : []),
    {
      id: "processes",
      title: "All processes, not only Python…",
      key: "P",
      also: "other programs top",
      run: () => desk.open({ kind: "processes" }),
    },
    { id: "open", title: "Open a snapshot or recording…", run: press("open-input") },
    ...(file === null ? [] : [{ id: "close-file", title: "Close file", run: () => page.closeFile() }]),
    ...(welcome?.canRecord === true
      ? [{ id: "record", title: "Record or stop recording", run: press("record-button") }]
      : []),
    ...timeCommands(page, desk),
    ...ofSelected(page, desk),
    {
      id: "copy-table",
      title: "Copy table of the runtimes in the list",
      also: "tsv spreadsheet",
      run: () => {
        const rows = list.items.flatMap((item) => {
          const row = item.kind === "runtime" ? page.list.rows.get(item.rowId) : undefined;
          return row === undefined ? [] : [row];
        });
        void page.copy(runtimeTable(rows), rows.length === 1 ? "the row" : `${rows.length} rows`);
      },
    },
    ...(view === null
      ? []
      : EXPORT_FORMATS.map((format) => ({
          id: `export-${format}`,
          title: `Export: ${EXPORT_FORMAT_LABELS[format].title}`,
          note: "secrets hidden",
          also: `save ${format}`,
          run: () => void page.exportSnapshot(format, true),
        }))),
    ...pictureCommands(page, desk),
    { id: "print", title: "Print…", also: "pdf paper report", run: () => window.print() },
    ...LIST_SORTS.map((sort) => ({
      id: `sort-${sort}`,
      title: `Sort the list by ${SORT_TITLES[sort]}`,
      also: "order",
      run: () => {
        page.setSortKey(sort);
        void desk.changeSettings({ listSort: sort });
      },
    })),
    ...THEMES.map((theme) => ({
      id: `theme-${theme}`,
      title: `Theme: ${THEME_TITLES[theme]}`,
      also: "colours appearance",
      run: () => void desk.changeSettings({ theme }),
    })),
    {
      id: "settings",
      title: "Settings…",
      key: "Ctrl+,",
      also: "preferences options",
      run: () => desk.open({ kind: "settings" }),
    },
    { id: "help", title: "Help and keys", key: "?", run: () => desk.open({ kind: "help" }) },
    ...(desktop
      ? EXAMPLE_IDS.map((id) => ({
          id: `try-${id}`,
          title: `Try it: ${EXAMPLE_TITLES[id]}`,
          note: VERDICT_LABELS[id],
          also: "example demo",
          run: () => void desk.launchExample(id),
        }))
      : []),
  ];
}

/** Every runtime in the list, to go to. */
export function runtimeCommands(page: Page): readonly Command[] {
  return [...page.list.rows.keys()].flatMap((rowId) => {
    const row = page.list.rows.get(rowId);
    if (row === undefined) return [];
    return [
      {
        id: `runtime-${rowId}`,
        title: row.name,
        note: `pid ${row.pid} · ${VERDICT_LABELS[row.verdict]} · ${cores(row.cpuCores)} cores`,
        also: row.searchText,
        run: () => {
          page.select(rowId);
          document.getElementById("runtime-list")?.focus();
        },
      },
    ];
  });
}
