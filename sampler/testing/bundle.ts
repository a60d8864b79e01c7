import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { build } from "esbuild";

const SAMPLER = path.join(import.meta.dirname, "..");

/** Builds the workers, and `entries` beside them, into a folder. */
export async function bundleWorkersInto(folder: string, entries: Readonly<Record<string, string>>): Promise<void> {
  await build({
    entryPoints: {
      "sampler-tables": path.join(SAMPLER, "tables-worker.ts"),
      "sampler-probe": path.join(SAMPLER, "probe-worker.ts"),
      "sampler-memory": path.join(SAMPLER, "memory-worker.ts"),
      "sampler-portable": path.join(SAMPLER, "portable-worker.ts"),
      ...entries,
    },
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node16",
    external: ["osx-temperature-sensor"],
    logLevel: "silent",
  });
}

/** Builds the workers, and `entries` beside them, into a folder of its own, for tests that start them. */
export async function bundleWorkers(
  entries: Readonly<Record<string, string>> = {},
): Promise<{ readonly folder: string; readonly remove: () => void }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sampler-bundle-"));
  await bundleWorkersInto(folder, entries);
  return { folder, remove: () => fs.rmSync(folder, { recursive: true, force: true }) };
}
