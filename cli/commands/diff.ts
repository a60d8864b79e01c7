import { type DiffSide, diffReport } from "../../core/report/diff-report.ts";
import { plainJson } from "../../core/text/plain-text.ts";
import { diffText } from "../../words/diff-text.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Command } from "../command.ts";
import type { CliContext } from "../context.ts";
import { openFile } from "../file.ts";

async function sideOf(path: string, context: CliContext): Promise<DiffSide> {
  const { header, history } = await openFile(path, context);
  const frame = history.latest();
  if (frame === null) throw new CliError("bad-file", `There is no sample in ${path}; record again.`);
  return { header, frame };
}

export const diffCommand: Command = {
  name: "diff",
  forms: ["diff A B [--json]"],
  summary: "Says what changed between two snapshots or recordings: verdicts, scaling, GIL, memory.",
  options: { json: { type: "boolean", help: "Print JSON (docs/schema/diff.schema.json)." } },
  run: async (given, context) => {
    const [before, after] = given.positionals;
    if (before === undefined || after === undefined || given.positionals.length > 2 || given.launched !== null) {
      throw new CliError("usage", "`gilscope diff` takes two files; `gilscope help diff` shows how.");
    }
    const report = diffReport(await sideOf(before, context), await sideOf(after, context));
    await context.print(given.flag("json") ? `${plainJson(JSON.stringify(report, null, 2))}\n` : diffText(report));
    return EXIT.ok;
  },
};
