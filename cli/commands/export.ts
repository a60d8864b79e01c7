import { EXPORT_FORMATS, type ExportFormat } from "../../core/protocol.ts";
import { exportContent } from "../../sampler/export.ts";
import { sentence } from "../../words/sentences.ts";
import { numberOption } from "../arguments.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Command } from "../command.ts";
import type { CliContext } from "../context.ts";
import { openFile, saveText } from "../file.ts";
import { frameWhen, withLive } from "../live.ts";

const DEFAULT_SECONDS = 5;

/** Names of formats as users write them; `csv` is the list of runtimes. */
const FORMAT_NAMES: Readonly<Record<string, ExportFormat>> = {
  csv: "csv-runtimes",
  ...Object.fromEntries(EXPORT_FORMATS.map((format) => [format, format])),
};

function formatOf(named: string | null, outputPath: string): ExportFormat {
  const name = named ?? (outputPath.toLowerCase().endsWith(".csv") ? "csv" : "json");
  const format = Object.hasOwn(FORMAT_NAMES, name) ? FORMAT_NAMES[name] : undefined;
  if (format !== undefined) return format;
  const names = Object.keys(FORMAT_NAMES).sort().join(", ");
  throw new CliError("usage", `There is no format \`${name}\`; the formats are ${names}.`);
}

async function contentOf(
  path: string | null,
  seconds: number,
  options: { readonly format: ExportFormat; readonly redact: boolean },
  context: CliContext,
): Promise<string> {
  const common = { ...options, untilWallMs: null, say: sentence };
  const content =
    path === null
      ? await withLive(context, async (engine) => {
          await frameWhen(engine, (frame) => frame.windowSeconds >= Math.min(seconds, DEFAULT_SECONDS) - 0.3);
          return exportContent({ header: engine.header, history: engine.history, ...common });
        })
      : await openFile(path, context).then(({ header, history }) => exportContent({ header, history, ...common }));
  if (content === null) throw new CliError("no-samples", "There is no sample to export; try again.");
  return content.text;
}

export const exportCommand: Command = {
  name: "export",
  forms: ["export FILE|--live [--format json|csv|csv-runtimes|csv-threads] -o OUT"],
  summary: "Writes one snapshot of this machine, or of a recording, in a format others read.",
  options: {
    live: { type: "boolean", help: "Export this machine as it is now." },
    seconds: { type: "string", placeholder: "N", help: "With --live, watch so long before; default 5." },
    format: {
      type: "string",
      placeholder: "FORMAT",
      help: "json (a snapshot that opens again), csv or csv-runtimes, csv-threads; default by the name of OUT.",
    },
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
    const seconds = numberOption(given, "seconds", DEFAULT_SECONDS, 1, DEFAULT_SECONDS);
    const format = formatOf(given.text("format"), outputPath);
    const text = await contentOf(path, seconds, { format, redact: !given.flag("keep-secrets") }, context);
    if (outputPath === "-") await context.print(text);
    else await saveText(outputPath, text);
    return EXIT.ok;
  },
};
