import type { Frame, RuntimeFrame } from "../../core/frame/frame.ts";
import type { Sparklines } from "../../core/frame/view.ts";
import { isoTime } from "../../core/report/parts.ts";
import { valueOrNull } from "../../core/sample/reading.ts";
import { plainText } from "../../core/text/plain-text.ts";
import { THREAD_STATES } from "../../core/thread/thread-state.ts";
import { STATE_LABELS, VERDICT_LABELS } from "../../words/labels.ts";
import { bytes, cores, percent } from "../../words/number.ts";
import { sentence } from "../../words/sentences.ts";
import { versionText } from "../list-text.ts";
import { cutTo, displayWidth, wrap } from "../terminal-text.ts";
import { sharesOf, sparkline, stateBar } from "./bars.ts";
import { SORTS, selectedIndex, type TopRow, type TopState } from "./state.ts";
import { STATE_SIGNS, type Style } from "./style.ts";

/** What one screen is drawn from. */
export interface ScreenInput {
  readonly frame: Frame;
  readonly rows: readonly TopRow[];
  readonly state: TopState;
  readonly sparklines: Sparklines;
  /** Host and source, for the first line. */
  readonly title: string;
  readonly live: boolean;
  readonly columns: number;
  readonly lines: number;
  readonly style: Style;
}

/** Lines above and below the table: title, summary, heads, a rule and keys. */
const FRAME_LINES = 5;
const LEAST_TABLE_LINES = 3;
/** Steps of a sparkline. */
export function sparkPoints(columns: number): number {
  return columns >= 150 ? 30 : 8;
}

/** Lines for the selected runtime; none on a screen too low for them. */
function detailLines(lines: number): number {
  const room = lines - FRAME_LINES - LEAST_TABLE_LINES;
  return room < 4 ? 0 : Math.min(18, Math.floor(room / 2));
}

/** Lines for the table. */
export function tableRows(lines: number): number {
  return Math.max(1, lines - FRAME_LINES - detailLines(lines));
}

function padded(text: string, width: number, align: "left" | "right" = "left"): string {
  const cut = cutTo(text, width);
  const space = " ".repeat(Math.max(0, width - displayWidth(cut)));
  return align === "left" ? cut + space : space + cut;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly align?: "right";
  /** Exactly `width` columns of text, styled or not. */
  readonly cell: (row: TopRow, index: number) => string;
}

/** Columns of the table; the wider the terminal, the more. The last one takes what is left. */
function columnsFor({ frame, columns, style, sparklines }: ScreenInput): readonly Column[] {
  const wide = columns >= 150;
  const bar = wide ? 24 : 10;
  const points = sparkPoints(columns);
  const spark = (rowId: number): string => {
    const at = sparklines.rowIds.indexOf(rowId);
    if (at < 0) return " ".repeat(points);
    return padded(sparkline(sparklines.cpuCores.slice(at * sparklines.points, (at + 1) * sparklines.points)), points);
  };
  const families = new Map(frame.families.map((family) => [family.id, family]));
  const text = (title: string, width: number, value: (runtime: RuntimeFrame) => string, align?: "right"): Column => ({
    title,
    width,
    ...(align === undefined ? {} : { align }),
    cell: ({ runtime }) => padded(plainText(value(runtime)), width, align),
  });
  const first: readonly Column[] = [
    text("PID", 7, ({ pid }) => String(pid), "right"),
    {
      title: "VERDICT",
      width: 15,
      cell: ({ runtime: { verdict } }) => style.verdict(verdict.id, padded(VERDICT_LABELS[verdict.id], 15)),
    },
    text("LOST", 5, ({ lostCores }) => cores(valueOrNull(lostCores)), "right"),
    text("CPU", 5, ({ cpuCores }) => cores(valueOrNull(cpuCores)), "right"),
    { title: "TREND", width: points, cell: ({ runtime }) => spark(runtime.rowId) },
    {
      title: "STATES",
      width: bar,
      cell: ({ runtime: { threadStart, threadRows } }) =>
        stateBar(sharesOf(frame, threadStart, threadRows), bar, style),
    },
    text("THR", 4, ({ threadCount }) => String(threadCount), "right"),
    ...(wide
      ? [
          text("MEMORY", 8, ({ rssBytes }) => bytes(valueOrNull(rssBytes)), "right"),
          text("PYTHON", 9, versionText),
          text("FAMILY", 15, ({ familyId }) => {
            const family = families.get(familyId);
            return family === undefined || family.memberRowIds.length < 2 ? "" : family.kind;
          }),
        ]
      : []),
  ];
  const taken = first.reduce((sum, { width }) => sum + width + 1, 2);
  const rest = Math.max(4, columns - taken);
  const name: Column = {
    title: "NAME",
    width: rest,
    cell: ({ runtime, depth }) =>
      padded(`${depth > 0 ? `${"  ".repeat(depth - 1)}└ ` : ""}${plainText(runtime.name)}`, rest),
  };
  return [...first, name];
}

function tableLines(input: ScreenInput): readonly string[] {
  const { rows, state, style, lines } = input;
  const columns = columnsFor(input);
  const height = tableRows(lines);
  const selected = selectedIndex(rows, state);
  const top = Math.max(0, Math.min(selected - Math.floor(height / 2), rows.length - height));
  const head = columns.map(({ title, width, align }) => padded(title, width, align)).join(" ");
  const body = rows.slice(top, top + height).map((row, index) => {
    const cells = columns.map(({ cell }) => cell(row, top + index));
    if (top + index !== selected) return `  ${cells.join(" ")}`;
    const last = cells.length - 1;
    return `${style.bold(">")} ${cells.map((cell, at) => (at === last || at === 0 ? style.reverse(cell) : cell)).join(" ")}`;
  });
  const none =
    state.filter === "" ? "No Python is running here that this user can see." : "No runtime fits the filter.";
  if (body.length === 0) body.push(`  ${none}`);
  return [style.dim(`  ${head}`), ...body, ...Array.from({ length: Math.max(0, height - body.length) }, () => "")];
}

function detail({ frame, rows, state, columns, lines, style }: ScreenInput): readonly string[] {
  const height = detailLines(lines);
  const runtime = rows[selectedIndex(rows, state)]?.runtime;
  if (height === 0) return [];
  if (runtime === undefined) return Array.from({ length: height }, () => "");
  const { verdict, threadStart, threadRows } = runtime;
  const said = wrap(plainText(sentence(verdict.headline)), columns - 4, "\n")
    .split("\n")
    .filter(Boolean);
  const evidence = verdict.evidence.slice(0, 2).map((message) => `· ${plainText(sentence(message))}`);
  const shown = [
    ...said.slice(0, 2).map((line) => `  ${style.verdict(verdict.id, cutTo(line, columns - 4))}`),
    ...(height > 7 ? evidence.map((line) => `  ${cutTo(line, columns - 4)}`) : []),
  ];
  const threads = Array.from({ length: threadRows }, (_, index) => threadStart + index);
  const cpu = (row: number): number => frame.threads.cpuCores[row] ?? 0;
  threads.sort((a, b) => cpu(b) - cpu(a));
  const bar = Math.max(10, Math.min(40, columns - 50));
  for (const row of threads.slice(0, Math.max(0, height - shown.length))) {
    const bound = frame.threads.gilBound[row] === 1 ? "GIL-bound" : "";
    shown.push(
      `  ${padded(plainText(frame.threads.names[row] ?? ""), 22)} ${padded(String(frame.threads.tid[row] ?? ""), 7, "right")} ${padded(cores(cpu(row)), 5, "right")} ${stateBar(sharesOf(frame, row, 1), bar, style)} ${style.bold(bound)}`,
    );
  }
  return [...shown, ...Array.from({ length: Math.max(0, height - shown.length) }, () => "")].slice(0, height);
}

function helpLines(columns: number): readonly string[] {
  const signs = THREAD_STATES.filter((state) => state !== "run").map(
    (state) => `    ${STATE_SIGNS[state]}  ${STATE_LABELS[state]}`,
  );
  return [
    "  Keys",
    "    up, down, k, j     select a runtime      page up, page down, home, end",
    `    s, S               sort by the next, the previous: ${SORTS.join(", ")}`,
    "    /                  filter by words: name, pid, command line, user, verdict",
    "    space              pause and go on      left, right: one second back, on",
    "    q, Ctrl-C          quit                 any key closes this help",
    "",
    "  Signs in STATES",
    ...signs,
  ].map((line) => cutTo(line, columns));
}

/** Exactly `lines` lines, none wider than `columns`; text of the machine in them does nothing but show. */
export function topScreen(input: ScreenInput): readonly string[] {
  const { frame, rows, state, columns, lines, style, title, live } = input;
  const busy = valueOrNull(frame.host.busyCores);
  const mode =
    state.pausedAtMs === null
      ? live
        ? "live"
        : "end of the file"
      : `paused at ${isoTime(frame.wallMs).slice(11, 19)}`;
  const first = `Gilscope  ${plainText(title)}  ${cores(busy)} of ${frame.host.onlineCpus} CPUs busy (${percent(busy === null ? null : busy / frame.host.onlineCpus)})  ${mode}`;
  const filter = state.editing ? `  filter: ${state.filter}_` : state.filter === "" ? "" : `  filter: ${state.filter}`;
  const second = `${rows.length} of ${frame.runtimes.length} runtimes  ${cores(valueOrNull(frame.lostCores))} cores lost to the GIL  by ${state.sort}${filter}`;
  const keys = state.editing
    ? "Enter keeps the filter, Esc removes it"
    : "q quit  s sort  / filter  space pause  arrows select and seek  ? help";
  const middle = state.help
    ? helpLines(columns)
    : [...tableLines(input), style.dim("─".repeat(columns)), ...detail(input)];
  const room = lines - 3;
  const body = [...middle.slice(0, room), ...Array.from({ length: Math.max(0, room - middle.length) }, () => "")];
  return [
    style.bold(cutTo(first, columns)),
    cutTo(plainText(second), columns),
    ...body,
    style.dim(cutTo(keys, columns)),
  ].slice(0, lines);
}
