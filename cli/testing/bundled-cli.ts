import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorkersInto } from "../../sampler/testing/bundle.ts";

/** What a run of the command line left behind. */
export interface CliRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line, bundled into a folder of its own as a build does. */
export interface BundledCli {
  readonly folder: string;
  start(argv: readonly string[], options?: { readonly cwd?: string }): ChildProcess;
  run(argv: readonly string[], options?: { readonly cwd?: string; readonly input?: string }): Promise<CliRun>;
  remove(): Promise<void>;
}

/** Waits for the end of a child and gathers what it printed. */
export function gathered(child: ChildProcess): Promise<CliRun> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

export async function bundleCli(): Promise<BundledCli> {
  const folder = await mkdtemp(join(tmpdir(), "gilscope-cli-"));
  const out = join(folder, "out");
  await bundleWorkersInto(out, { cli: "cli/main.ts" });
  await mkdir(join(out, "page"));
  await writeFile(join(out, "page", "index.html"), "<!doctype html><title>Gilscope</title>");
  const start: BundledCli["start"] = (argv, options = {}) =>
    spawn(process.execPath, [join(out, "cli.cjs"), ...argv], { stdio: ["pipe", "pipe", "pipe"], ...options });
  return {
    folder,
    start,
    run: (argv, { cwd, input } = {}) => {
      const child = start(argv, cwd === undefined ? {} : { cwd });
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
      return gathered(child);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
