import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RecordingEncoder } from "../core/recording/encoder.ts";
import { SimulatedSession } from "../core/testing/sample-builder.ts";
import { BUSY_MACHINE } from "../core/testing/scenarios.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..");
const CAPTURES = join(ROOT, "core", "testing", "captures");

/** Electron's binary where a build or test has installed one; it runs as plain Node when told to. */
function installedElectron(): string | null {
  const cache = join(ROOT, ".cache", "electron");
  const folders = existsSync(cache) ? readdirSync(cache).filter((name) => name.startsWith("run-")) : [];
  const candidates = [join(ROOT, "node_modules", "electron", "dist"), ...folders.map((name) => join(cache, name))];
  return candidates.map((folder) => join(folder, "electron")).find((path) => existsSync(path)) ?? null;
}

const electron = installedElectron();
let folder = "";
let recordings: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gilscope-replay-"));
  await build({
    entryPoints: { digest: join(ROOT, "sampler", "testing", "frame-digest.ts") },
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node16",
    logLevel: "silent",
  });
  const session = new SimulatedSession(8);
  const encoder = new RecordingEncoder(session.header);
  const processes = BUSY_MACHINE.processes;
  const lines = Array.from({ length: 150 }, (_, second) =>
    encoder.encode(
      session.step(
        { ...BUSY_MACHINE, processes: processes.filter((_, place) => (second + place) % 9 !== 0) },
        1 + second / 997,
      ),
    ),
  );
  const simulated = join(folder, "simulated.gilscope");
  await writeFile(simulated, encoder.headerLine + lines.join(""));
  const captures = readdirSync(CAPTURES).filter((name) => name.endsWith(".gilscope"));
  recordings = [simulated, ...captures.map((name) => join(CAPTURES, name))];
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function digests(program: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const env = { ...process.env, ...environment };
  return (await run(program, [join(folder, "digest.cjs"), ...recordings], { env })).stdout;
}

describe("replaying a recording", () => {
  it("gives the same frames to the last byte each time", async () => {
    const [one, two] = await Promise.all([digests(process.execPath), digests(process.execPath)]);
    expect(one.split("\n").filter(Boolean)).toHaveLength(recordings.length);
    expect(one).toMatch(/^150 [0-9a-f]{64}$/m);
    expect(two).toBe(one);
  }, 60_000);

  it.skipIf(electron === null)(
    "gives the same frames in Electron's Node (needs Electron, which npm start installs)",
    async () => {
      const ours = await digests(process.execPath);
      const theirs = await digests(electron ?? "", { ELECTRON_RUN_AS_NODE: "1" });
      expect(theirs).toBe(ours);
    },
    60_000,
  );
});
