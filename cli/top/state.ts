import type { Frame, RuntimeFrame } from "../../core/frame/frame.ts";
import { runtimesByLoss } from "../../core/report/list-report.ts";
import { type Reading, valueOrNull } from "../../core/sample/reading.ts";
import { inFamilies } from "../list-text.ts";
import type { Key } from "./keys.ts";

/** Orders of the table, in the order the sort key goes through them. */
export const SORTS = ["lost", "cpu", "memory", "threads", "name", "pid"] as const;

/** One order. */
export type Sort = (typeof SORTS)[number];

/** What the user has chosen. */
export interface TopState {
  readonly sort: Sort;
  readonly filter: string;
  /** Whether keys go into the filter. */
  readonly editing: boolean;
  readonly help: boolean;
  /** Row id; null for the first line. */
  readonly selected: number | null;
  /** Time shown, epoch milliseconds; null for the newest. */
  readonly pausedAtMs: number | null;
}

export const FIRST_STATE: TopState = {
  sort: "lost",
  filter: "",
  editing: false,
  help: false,
  selected: null,
  pausedAtMs: null,
};

/** A line of the table. */
export interface TopRow {
  readonly runtime: RuntimeFrame;
  readonly depth: number;
}

const FIGURES: Readonly<Record<Exclude<Sort, "name" | "pid" | "lost">, (runtime: RuntimeFrame) => Reading>> = {
  cpu: (runtime) => runtime.cpuCores,
  memory: (runtime) => runtime.rssBytes,
  threads: ({ threadCount }) => ({ known: true, value: threadCount }),
};

function ordered(frame: Frame, sort: Sort): readonly RuntimeFrame[] {
  const byLoss = runtimesByLoss(frame);
  if (sort === "lost") return byLoss;
  if (sort === "pid") return [...byLoss].sort((a, b) => a.pid - b.pid);
  if (sort === "name") return [...byLoss].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const figure = (runtime: RuntimeFrame): number => valueOrNull(FIGURES[sort](runtime)) ?? -1;
  return [...byLoss].sort((a, b) => figure(b) - figure(a));
}

/** Lines of the table: families stay together; with a filter only what holds all of its words. */
export function rowsOf(frame: Frame, { sort, filter }: TopState): readonly TopRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return inFamilies(ordered(frame, sort)).filter(({ runtime }) => {
    const { name, pid, commandLine, userName, verdict } = runtime;
    const text = `${name} ${pid} ${commandLine ?? ""} ${userName} ${verdict.id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Place of the selected line; the first when nothing or nothing shown is selected. */
export function selectedIndex(rows: readonly TopRow[], { selected }: TopState): number {
  return Math.max(
    0,
    rows.findIndex(({ runtime }) => runtime.rowId === selected),
  );
}

/** What a key needs to know of the screen. */
export interface Shown {
  readonly rows: readonly TopRow[];
  readonly pageRows: number;
  /** Time of the frame shown, and the times there are. */
  readonly wallMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

const STEP_MS = 1000;

function seek(state: TopState, shown: Shown, steps: number): TopState {
  if (state.pausedAtMs === null) return { ...state, pausedAtMs: shown.wallMs };
  const to = state.pausedAtMs + steps * STEP_MS;
  return { ...state, pausedAtMs: Math.min(shown.lastMs, Math.max(shown.firstMs, to)) };
}

function move(state: TopState, { rows }: Shown, by: number): TopState {
  const to = Math.min(rows.length - 1, Math.max(0, selectedIndex(rows, state) + by));
  return { ...state, selected: rows[to]?.runtime.rowId ?? state.selected };
}

function edited(state: TopState, key: Key): TopState {
  if (key === "enter") return { ...state, editing: false };
  if (key === "escape") return { ...state, editing: false, filter: "" };
  if (key === "backspace") return { ...state, filter: [...state.filter].slice(0, -1).join("") };
  return [...key].length === 1 && state.filter.length < 60 ? { ...state, filter: state.filter + key } : state;
}

/** The state after a key; `quit` ends. */
export function afterKey(state: TopState, key: Key, shown: Shown): TopState | "quit" {
  if (key === "interrupt") return "quit";
  if (state.editing && (key === "up" || key === "down" ? false : !key.startsWith("page"))) return edited(state, key);
  if (state.help) return { ...state, help: false };
  switch (key) {
    case "q":
      return "quit";
    case "up":
    case "k":
      return move(state, shown, -1);
    case "down":
    case "j":
      return move(state, shown, 1);
    case "page-up":
      return move(state, shown, -shown.pageRows);
    case "page-down":
      return move(state, shown, shown.pageRows);
    case "home":
    case "g":
      return move(state, shown, -shown.rows.length);
    case "end":
    case "G":
      return move(state, shown, shown.rows.length);
    case "s":
    case "S": {
      const step = key === "s" ? 1 : SORTS.length - 1;
      const next = SORTS[(SORTS.indexOf(state.sort) + step) % SORTS.length] ?? "lost";
      return { ...state, sort: next };
    }
    case "/":
      return { ...state, editing: true };
    case "escape":
      return { ...state, filter: "" };
    case " ":
    case "p":
      return { ...state, pausedAtMs: state.pausedAtMs === null ? shown.wallMs : null };
    case "left":
      return seek(state, shown, -1);
    case "right":
      return seek(state, shown, 1);
    case "?":
    case "h":
      return { ...state, help: true };
    default:
      return state;
  }
}
