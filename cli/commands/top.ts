import type { Frame } from "../../core/frame/frame.ts";
import type { History } from "../../core/history/history.ts";
import { isoTime } from "../../core/report/parts.ts";
import type { Engine } from "../../sampler/engine.ts";
import { type CommandArguments, numberOption } from "../arguments.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Command } from "../command.ts";
import type { CliContext } from "../context.ts";
import { openFile } from "../file.ts";
import { listText } from "../list-text.ts";
import { frameWhen, startLive } from "../live.ts";
import { untilInterrupted } from "../signals.ts";
import { sparkPoints, tableRows, topScreen } from "../top/screen.ts";
import { afterKey, FIRST_STATE, rowsOf, type Shown, selectedIndex, type TopState } from "../top/state.ts";
import { styleFor } from "../top/style.ts";
import { openTerminal, type Terminal } from "../top/terminal.ts";

const INTERVAL_MS = 1000;
const SPARK_SECONDS = 60;
const MOST_COUNT = 1_000_000;
/** Figures of a plain list cover at least this long, seconds. */
const PLAIN_WINDOW_SECONDS = 1.4;

/** Where frames come from. */
interface Source {
  readonly history: History;
  /** Null for a file. */
  readonly engine: Engine | null;
  readonly title: string;
}

/** The table that follows its keys until the user quits. */
async function interactive(source: Source, context: CliContext): Promise<void> {
  const { history, engine } = source;
  const style = styleFor(context.environment);
  let state: TopState = FIRST_STATE;
  let terminal: Terminal | null = null;
  const frameOf = (): Frame | null =>
    state.pausedAtMs === null ? history.latest() : history.frameAt(state.pausedAtMs);
  const draw = (): void => {
    const frame = frameOf();
    if (terminal === null) return;
    const { columns, lines } = terminal;
    if (frame === null) {
      terminal.draw(["Gilscope looks for Python …"]);
      return;
    }
    const rows = rowsOf(frame, state);
    const selected = rows[selectedIndex(rows, state)]?.runtime.rowId ?? null;
    engine?.setAttention({ selectedRowId: selected, visible: true });
    const ids = rows.slice(0, lines * 2).map(({ runtime }) => runtime.rowId);
    const sparklines = history.sparklines(ids, state.pausedAtMs, SPARK_SECONDS, sparkPoints(columns));
    terminal.draw(
      topScreen({ frame, rows, state, sparklines, title: source.title, live: engine !== null, columns, lines, style }),
    );
  };
  await untilInterrupted((done) => {
    const onKey = (key: string): void => {
      const frame = frameOf();
      if (frame === null) {
        if (key === "q" || key === "interrupt") done();
        return;
      }
      const shown: Shown = {
        rows: rowsOf(frame, state),
        pageRows: tableRows(terminal?.lines ?? 24),
        wallMs: frame.wallMs,
        firstMs: history.firstWallMs ?? frame.wallMs,
        lastMs: history.lastWallMs ?? frame.wallMs,
      };
      const next = afterKey(state, key, shown);
      if (next === "quit") done();
      else {
        state = next;
        draw();
      }
    };
    terminal = openTerminal(onKey, draw);
    const stopListening = engine?.onChange(() => {
      if (engine.status().state === "stopped") done();
      else if (state.pausedAtMs === null) draw();
    });
    draw();
    return () => {
      stopListening?.();
      terminal?.close();
    };
  });
}

/** The list again and again, for pipes and files: no control sequences, no cut lines. */
async function plain(source: Source, count: number, everyMs: number, context: CliContext): Promise<void> {
  const print = (frame: Frame): Promise<void> =>
    context.print(`${isoTime(frame.wallMs)}\n${listText(frame, context.columns)}\n`);
  const { engine } = source;
  if (engine === null) {
    const frame = source.history.latest();
    if (frame !== null) await print(frame);
    return;
  }
  const first = await frameWhen(engine, (frame) => frame.windowSeconds >= PLAIN_WINDOW_SECONDS);
  await print(first);
  let printed = 1;
  let dueMs = first.monotonicMs + everyMs;
  if (printed >= count) return;
  await untilInterrupted((done) =>
    engine.onChange(() => {
      const frame = engine.frame();
      if (engine.status().state === "stopped") done();
      else if (frame !== null && frame.monotonicMs >= dueMs - 100 && printed < count) {
        dueMs = frame.monotonicMs + everyMs;
        printed += 1;
        const last = printed >= count;
        void print(frame).then(() => (last ? done() : undefined));
      }
    }),
  );
}

async function top(given: CommandArguments, context: CliContext): Promise<number> {
  if (given.positionals.length > 1 || given.launched !== null) {
    throw new CliError("usage", "`gilscope top` takes one file at most; `gilscope help top` shows how.");
  }
  const count = numberOption(given, "count", MOST_COUNT, 1, MOST_COUNT);
  const everyMs = numberOption(given, "every", 2, 1, 3600) * 1000;
  const onTerminal = process.stdout.isTTY === true && process.stdin.isTTY === true && given.text("count") === null;
  const [path] = given.positionals;
  const show = (source: Source): Promise<void> =>
    onTerminal ? interactive(source, context) : plain(source, count, everyMs, context);
  if (path !== undefined) {
    const { history, fileName } = await openFile(path, context);
    await show({ history, engine: null, title: fileName });
    return EXIT.ok;
  }
  const engine = await startLive(context, INTERVAL_MS);
  try {
    await show({ history: engine.history, engine, title: engine.header.host.hostName });
  } finally {
    await engine.stop();
  }
  return EXIT.ok;
}

export const topCommand: Command = {
  name: "top",
  forms: ["top [FILE] [--every N] [--count N]"],
  summary: "Shows a live table of runtimes in the terminal; ? shows its keys.",
  options: {
    every: { type: "string", placeholder: "N", help: "Where output is no terminal, print every N seconds; default 2." },
    count: { type: "string", placeholder: "N", help: "Print N plain lists and end, on a terminal too." },
  },
  run: top,
};
