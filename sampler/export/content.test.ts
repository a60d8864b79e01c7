import { describe, expect, it } from "vitest";
import { TEXT_EXPORTERS } from "../../cli/exporters.ts";
import type { SimulatedProcess } from "../../core/testing/sample-builder.ts";
import { openFileSource } from "../source.ts";
import { simulatedEngine } from "../testing/simulated-engine.ts";
import { exportContent } from "./content.ts";

const HOSTILE: SimulatedProcess = {
  pid: 77,
  comm: "=cmd|' /C calc'!A0",
  commandLine: [
    "python3",
    '=HYPERLINK("http://x")\n\u001b[31m,"q"\u202e.py',
    "--password",
    "hunter2",
    "AKIAIOSFODNN7EXAMPLE",
  ],
  threads: [
    { name: "+1\u001b]0;x\u0007", run: 0.5 },
    { name: "@SUM(A1)", run: 0.1 },
  ],
  workingDirectory: "/srv/token=abcdefgh",
};

type TextFormat = keyof typeof TEXT_EXPORTERS;
const TEXT_FORMATS = Object.keys(TEXT_EXPORTERS) as readonly TextFormat[];

async function exported(format: TextFormat, redact: boolean): Promise<string> {
  const engine = simulatedEngine();
  for (let second = 0; second < 6; second += 1) engine.step({ processes: [HOSTILE] });
  const { header, history } = engine;
  const exporter = TEXT_EXPORTERS[format];
  const content = await exportContent({ header, history, exporter, redact, untilWallMs: null, rowId: null });
  return String(content?.body ?? "");
}

describe("exports", () => {
  it("redact secrets everywhere, unless asked not to", async () => {
    for (const format of TEXT_FORMATS) {
      const text = await exported(format, true);
      for (const secret of ["hunter2", "AKIAIOSFODNN7EXAMPLE", "abcdefgh"]) expect(text).not.toContain(secret);
    }
    expect(await exported("json", false)).toContain("hunter2");
  });

  it("as CSV hold no formula, no control character, and as many fields in each row", async () => {
    for (const format of ["csv-runtimes", "csv-threads"] as const) {
      const text = await exported(format, false);
      expect(text.replaceAll("\r\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      const rows = text.trimEnd().split("\r\n").map(parseRow);
      expect(new Set(rows.map((row) => row.length)).size).toBe(1);
      for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@]/);
    }
  });

  it("as JSON open again", async () => {
    const opened = await openFileSource("x", await exported("json", true));
    expect(opened.ok && opened.source.history.latest()?.runtimes[0]?.pid).toBe(77);
  });
});

/** Fields of one CSV line (RFC 4180). */
function parseRow(line: string): string[] {
  const cells: string[] = [];
  for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
  }
  return cells;
}
