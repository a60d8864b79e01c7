import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { advance, initialState } from "../core/advance.ts";
import type { Frame } from "../core/frame/frame.ts";
import { openRecording } from "../core/recording/recording.ts";
import { diagnoseReport } from "../core/report/diagnose-report.ts";
import { listReport } from "../core/report/list-report.ts";

const FOLDER = join(import.meta.dirname, "..", "core", "testing", "captures");
const captures = readdirSync(FOLDER).filter((name) => name.endsWith(".gilscope"));

function lastFrame(file: string) {
  const opened = openRecording(readFileSync(join(FOLDER, file), "utf8"));
  if (!opened.ok) throw new Error(`${file}: ${opened.problem.code}`);
  let state = initialState(opened.header);
  let frame: Frame | null = null;
  for (const sample of opened.samples) ({ state, frame } = advance(state, sample));
  if (frame === null) throw new Error(`${file} holds no sample`);
  return { header: opened.header, frame };
}

/** Real programs, recorded once; `npx vitest run sampler/captures.test.ts -u` takes today's answers as right. */
describe("golden replays of real captures", () => {
  it("has captures to replay", () => expect(captures.length).toBeGreaterThanOrEqual(6));

  it.each(captures)("%s", async (file) => {
    const { header, frame } = lastFrame(file);
    const golden = {
      list: listReport(frame, header),
      diagnoses: frame.runtimes.map(({ rowId }) => diagnoseReport(frame, header, rowId)),
    };
    await expect(`${JSON.stringify(golden, null, 2)}\n`).toMatchFileSnapshot(
      join(FOLDER, file.replace(".gilscope", ".golden.json")),
    );
  });
});
