import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { ExampleId } from "../../core/launch/examples.ts";
import type { LaunchCommand } from "../../core/launch/launch.ts";
import { EXAMPLE_PROGRAMS } from "./example-programs.ts";
import { findOnPath } from "./launcher.ts";

/**
 * Writes an example program to a folder, so that it can be read, and answers with the command that runs it.
 * Null where there is no Python. Rejects where the folder can't be written.
 */
export async function exampleCommand(
  id: ExampleId,
  folder: string,
  path = process.env["PATH"] ?? "",
): Promise<LaunchCommand | null> {
  const python = findOnPath(["python3", "python"], path);
  if (python === null) return null;
  const { fileName, source } = EXAMPLE_PROGRAMS[id];
  await mkdir(folder, { recursive: true });
  const file = join(folder, fileName);
  await writeFileAtomic(file, source, "utf8");
  return { words: [python, file], workingDirectory: folder, environment: [] };
}
