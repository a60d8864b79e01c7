import type { Frame } from "../../core/frame/frame.ts";
import type { History } from "../../core/history/history.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../../core/page/protocol.ts";
import { runtimesByLoss } from "../../core/report/list-report.ts";
import type { SessionHeader } from "../../core/sample/raw-sample.ts";
import type { ExportContent } from "../../sampler/export/content.ts";
import { numberOption } from "../arguments.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Command } from "../command.ts";
import type { CliContext } from "../context.ts";
import { openFile, saveFile } from "../file.ts";
import { frameWhen, withLive } from "../live.ts";
import { pidOf } from "../target.ts";

const DEFAULT_SECONDS = 5;
/** As long as a live history remembers. */
const MOST_SECONDS = 900;
/** A year: no recording is as long. */
const MOST_AT_SECONDS = 365 * 86_400;

/** Names of formats as users write them; `csv` is the list of runtimes. */
const FORMAT_NAMES: Readonly<Record<string, ExportFormat>> = {
  csv: "csv-runtimes",
  ...Object.fromEntries(EXPORT_FORMATS.map((format) => [format, format])),
};

/** Formats by the end of a file's name, from the longest on. */
const BY_ENDING: readonly (readonly [RegExp, ExportFormat])[] = [
  [/\.csv$/i, "csv-runtimes"],
  [/\.html?$/i, "html"],
  [/\.(?:md|markdown)$/i, "md"],
  [/\.svg$/i, "svg"],
  [/\.png$/i, "png"],
  [/\.speedscope(?:\.json)?$/i, "speedscope"],
  [/\.collapsed(?:\.txt)?$/i, "collapsed"],
  [/\.(?:trace|perfetto)(?:\.json)?$/i, "trace"],
  [/\.json$/i, "json"],
];

function formatOf(named: string | null, outputPath: string): ExportFormat {
  const names = Object.keys(FORMAT_NAMES).sort().join(", ");
  if (named === null) {
    const found = outputPath === "-" ? "json" : BY_ENDING.find(([ending]) => ending.test(outputPath))?.[1];
    if (found !== undefined) return found;
    throw new CliError("usage", `The name ${outputPath} tells no format; add --format with one of ${names}.`);
  }
  const format = Object.hasOwn(FORMAT_NAMES, named) ? FORMAT_NAMES[named] : undefined;
  if (format !== undefined) return format;
  throw new CliError("usage", `There is no format \`${named}\`; the formats are ${names}.`);
}

/** Wall time so many seconds after a file's beginning, epoch milliseconds; null for its end. */
function momentOf({ firstWallMs, lastWallMs }: History, atSeconds: number | null): number | null {
  if (atSeconds === null || firstWallMs === null || lastWallMs === null) return null;
  const wallMs = firstWallMs + atSeconds * 1000;
  if (wallMs <= lastWallMs) return wallMs;
  const lasts = ((lastWallMs - firstWallMs) / 1000).toFixed(0);
  throw new CliError("usage", `The file lasts ${lasts} s; --at takes a number up to that.`);
}

interface Wanted {
  readonly format: ExportFormat;
  readonly redact: boolean;
  /** Process asked for; null for all. */
  readonly pid: number | null;
  readonly seconds: number;
  /** Seconds after the beginning of a file; null for its end. */
  readonly atSeconds: number | null;
}

/** Row id of the runtime asked for in the newest frame; null when none is. */
function rowOf(frame: Frame | null, pid: number | null): number | null {
  if (pid === null || frame === null) return null;
  const runtime = runtimesByLoss(frame).find((candidate) => candidate.pid === pid);
  if (runtime !== undefined) return runtime.rowId;
  throw new CliError("no-such-process", `No Python runtime ${pid} was seen; \`gilscope list\` shows those that were.`);
}

async function contentOf(path: string | null, wanted: Wanted, context: CliContext): Promise<string | Uint8Array> {
  const { pid, redact, seconds, atSeconds } = wanted;
  const { exportContent } = await import("../../sampler/export/content.ts");
  const { exportersIn } = await import("../exporters.ts");
  const exporter = exportersIn(context.bundleDirectory)[wanted.format];
  const make = (header: SessionHeader, history: History): Promise<ExportContent | null> => {
    const untilWallMs = momentOf(history, atSeconds);
    const rowId = rowOf(untilWallMs === null ? history.latest() : history.frameAt(untilWallMs), pid);
    return exportContent({ header, history, exporter, redact, untilWallMs, rowId });
  };
  const content =
    path === null
      ? await withLive(context, async (engine) => {
          // Longer than a verdict's window there is only time to let pass.
          let startMs: number | null = null;
          await frameWhen(engine, (frame) => {
            startMs ??= frame.monotonicMs;
            return frame.monotonicMs - startMs >= seconds * 1000 - 300;
          });
          return make(engine.header, engine.history);
        })
      : await openFile(path, context).then(({ header, history }) => make(header, history));
  if (content === null) throw new CliError("no-samples", "There is no sample to export; try again.");
  return content.body;
}

export const exportCommand: Command = {
  name: "export",
  forms: [
    "export FILE|--live [--at N] [--format json|csv|csv-threads|html|md|svg|png|trace|speedscope|collapsed] [--pid PID] -o OUT",
  ],
  summary: "Writes one snapshot of this machine, or of a recording, in a format others read.",
  options: {
    live: { type: "boolean", help: "Export this machine as it is now." },
    at: {
      type: "string",
      placeholder: "N",
      help: "Of a FILE, the moment N seconds after its beginning; default its end.",
    },
    seconds: { type: "string", placeholder: "N", help: "With --live, watch so long before; default 5, at most 900." },
    format: {
      type: "string",
      placeholder: "FORMAT",
      values: Object.keys(FORMAT_NAMES),
      help: "json (a snapshot that opens again), csv or csv-runtimes, csv-threads, html and md (a report), svg and png (a chart), trace (for Perfetto), speedscope and collapsed (functions by the time they had the GIL); default by the name of OUT.",
    },
    pid: { type: "string", placeholder: "PID", help: "Export this runtime only; not for json." },
    output: { type: "string", short: "o", placeholder: "OUT", help: "File to write; - for standard output." },
    "keep-secrets": {
      type: "boolean",
      help: "Leave in what looks like a password or token; otherwise it is replaced.",
    },
  },
  run: async (given, context) => {
    const path = given.positionals[0] ?? null;
    if (given.positionals.length > 1 || given.launched !== null || (path === null) !== given.flag("live")) {
      throw new CliError("usage", "`gilscope export` takes either a FILE or --live; `gilscope help export` shows how.");
    }
    const outputPath = given.text("output");
    if (outputPath === null) throw new CliError("usage", "`gilscope export` needs -o OUT, the file to write.");
    const seconds = numberOption(given, "seconds", DEFAULT_SECONDS, 1, MOST_SECONDS);
    if (given.flag("live") && given.text("at") !== null) {
      throw new CliError("usage", "--at is a moment of a FILE; with --live, --seconds says how long to watch.");
    }
    const atSeconds = given.text("at") === null ? null : numberOption(given, "at", 0, 0, MOST_AT_SECONDS);
    const named = given.text("pid");
    const pid = named === null ? null : pidOf(named);
    if (named !== null && pid === null) throw new CliError("usage", `${named} is no process id.`);
    const format = formatOf(given.text("format"), outputPath);
    const redact = !given.flag("keep-secrets");
    const content = await contentOf(path, { format, redact, pid, seconds, atSeconds }, context);
    if (outputPath === "-") await context.print(content);
    else await saveFile(outputPath, content);
    return EXIT.ok;
  },
};
