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

/** Names of formats as users write them; `csv` is the list of runtimes. */
const FORMAT_NAMES: Readonly<Record<string, ExportFormat>> = {
  csv: "csv-runtimes",
  ...Object.fromEntries(EXPORT_FORMATS.map((format) => [format, format])),
};

/** Formats by the end of a file's name; anything else is a snapshot. */
const BY_ENDING: readonly (readonly [RegExp, ExportFormat])[] = [
  [/\.csv$/i, "csv-runtimes"],
  [/\.html?$/i, "html"],
  [/\.(?:md|markdown)$/i, "md"],
  [/\.svg$/i, "svg"],
  [/\.png$/i, "png"],
  [/\.speedscope(?:\.json)?$/i, "speedscope"],
  [/\.collapsed(?:\.txt)?$/i, "collapsed"],
  [/\.(?:trace|perfetto)(?:\.json)?$/i, "trace"],
];

function formatOf(named: string | null, outputPath: string): ExportFormat {
  if (named === null) return BY_ENDING.find(([ending]) => ending.test(outputPath))?.[1] ?? "json";
  const format = Object.hasOwn(FORMAT_NAMES, named) ? FORMAT_NAMES[named] : undefined;
  if (format !== undefined) return format;
  const names = Object.keys(FORMAT_NAMES).sort().join(", ");
  throw new CliError("usage", `There is no format \`${named}\`; the formats are ${names}.`);
}

interface Wanted {
  readonly format: ExportFormat;
  readonly redact: boolean;
  /** Process asked for; null for all. */
  readonly pid: number | null;
  readonly seconds: number;
}

/** Row id of the runtime asked for in the newest frame; null when none is. */
function rowOf(frame: Frame | null, pid: number | null): number | null {
  if (pid === null || frame === null) return null;
  const runtime = runtimesByLoss(frame).find((candidate) => candidate.pid === pid);
  if (runtime !== undefined) return runtime.rowId;
  throw new CliError("no-such-process", `No Python runtime ${pid} was seen; \`gilscope list\` shows those that were.`);
}

async function contentOf(path: string | null, wanted: Wanted, context: CliContext): Promise<string | Uint8Array> {
  const { pid, redact, seconds } = wanted;
  const { exportContent } = await import("../../sampler/export/content.ts");
  const { exportersIn } = await import("../exporters.ts");
  const exporter = exportersIn(context.bundleDirectory)[wanted.format];
  const make = (header: SessionHeader, history: History): Promise<ExportContent | null> => {
    const rowId = rowOf(history.latest(), pid);
    return exportContent({ header, history, exporter, redact, untilWallMs: null, rowId });
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
    "export FILE|--live [--format json|csv|csv-threads|html|md|svg|png|trace|speedscope|collapsed] [--pid PID] -o OUT",
  ],
  summary: "Writes one snapshot of this machine, or of a recording, in a format others read.",
  options: {
    live: { type: "boolean", help: "Export this machine as it is now." },
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
    const named = given.text("pid");
    const pid = named === null ? null : pidOf(named);
    if (named !== null && pid === null) throw new CliError("usage", `${named} is no process id.`);
    const format = formatOf(given.text("format"), outputPath);
    const content = await contentOf(path, { format, redact: !given.flag("keep-secrets"), pid, seconds }, context);
    if (outputPath === "-") await context.print(content);
    else await saveFile(outputPath, content);
    return EXIT.ok;
  },
};
