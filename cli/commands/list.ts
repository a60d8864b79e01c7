import type { Frame } from "../../core/frame/frame.ts";
import { listReport } from "../../core/report/list-report.ts";
import type { SessionHeader } from "../../core/sample/raw-sample.ts";
import { plainJson } from "../../core/text/plain-text.ts";
import { sentence } from "../../words/sentences.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Command } from "../command.ts";
import type { CliContext } from "../context.ts";
import { openFile } from "../file.ts";
import { listText } from "../list-text.ts";
import { frameWhen, withLive } from "../live.ts";

/** A list says something when its figures cover this long, seconds. */
const WINDOW_SECONDS = 1.5;

/** Memory maps are read apart from the tables; on a busy machine they come a little later and are not waited for longer than this. */
const PATIENCE_SECONDS = 3;

function isComplete({ windowSeconds, runtimes, sharedMemory }: Frame): boolean {
  if (windowSeconds >= PATIENCE_SECONDS) return true;
  const pending = sharedMemory.segments.some(({ orphanedReason }) => orphanedReason === "not-yet");
  if (sharedMemory.reason === "not-yet" || pending) return false;
  return runtimes.every(({ pssBytes }) => pssBytes.known || pssBytes.reason !== "not-yet");
}

async function shownFrame(
  path: string | undefined,
  context: CliContext,
): Promise<{ readonly frame: Frame | null; readonly header: SessionHeader }> {
  if (path !== undefined) {
    const { header, history } = await openFile(path, context);
    return { header, frame: history.latest() };
  }
  return withLive(context, async (engine) => ({
    frame: await frameWhen(engine, (frame) => frame.windowSeconds >= WINDOW_SECONDS - 0.1 && isComplete(frame)),
    header: engine.header,
  }));
}

export const listCommand: Command = {
  name: "list",
  forms: ["list [FILE] [--json]"],
  summary: "Lists every Python runtime on this machine, or in a recording or snapshot.",
  options: { json: { type: "boolean", help: "Print JSON (docs/schema/list.schema.json)." } },
  run: async (given, context) => {
    if (given.positionals.length > 1 || given.launched !== null) {
      throw new CliError("usage", "`gilscope list` takes one file at most; `gilscope help list` shows how.");
    }
    const { frame, header } = await shownFrame(given.positionals[0], context);
    if (frame === null) throw new CliError("bad-file", "There is no sample in this file; record again.");
    await context.print(
      given.flag("json")
        ? `${plainJson(JSON.stringify(listReport(frame, header, sentence), null, 2))}\n`
        : listText(frame, context.columns),
    );
    return EXIT.ok;
  },
};
