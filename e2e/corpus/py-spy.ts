import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How py-spy reads: stopping the program for each sample, as it does unless told otherwise, or not. */
export type PySpyMode = "blocking" | "nonblocking";

/** Arguments that make py-spy record one process. */
export function pySpyArguments(
  pid: number,
  rateHz: number,
  seconds: number,
  mode: PySpyMode,
  output: string,
  gilOnly: boolean,
): readonly string[] {
  return [
    "record",
    ...(gilOnly ? ["--gil"] : []),
    ...(mode === "nonblocking" ? ["--nonblocking"] : []),
    ...["--format", "raw", "--rate", String(rateHz), "--duration", String(seconds)],
    ...["--pid", String(pid), "--output", output],
  ];
}

/** Share of its samples in which `py-spy record --gil` found some thread with the GIL. */
export async function pySpyHeldRatio(
  program: string,
  pid: number,
  rateHz: number,
  seconds: number,
  mode: PySpyMode,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "gilscope-py-spy-"));
  const output = join(folder, "stacks");
  try {
    await run(program, [...pySpyArguments(pid, rateHz, seconds, mode, output, true)]);
    const counts = [...readFileSync(output, "utf8").matchAll(/ (\d+)$/gm)].map(([, count]) => Number(count));
    return counts.reduce((sum, count) => sum + count, 0) / (rateHz * seconds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
