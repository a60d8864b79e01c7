import { startEngine } from "../../sampler/engine.ts";
import { runMain } from "../harness/run-main.ts";
import { watchedFrame } from "./watch.ts";

/**
 * Runs the engine in a process of its own, with whatever rights that was given, and prints one line of JSON per frame
 * until its standard input ends. Usage: watcher WORKERS_DIRECTORY
 */
async function main(): Promise<void> {
  const engine = await startEngine({
    intervalMs: 1000,
    workersDirectory: process.argv[2] ?? __dirname,
    threadScope: "runtimes",
    programVersion: "corpus",
    probe: true,
  });
  let last = -1;
  engine.onChange(() => {
    const frame = engine.frame();
    if (frame === null || frame.sequence === last) return;
    last = frame.sequence;
    process.stdout.write(`${JSON.stringify(watchedFrame(frame))}\n`);
  });
  process.stdin.resume();
  process.stdin.once("end", () => void engine.stop().then(() => process.exit(0)));
}

runMain(main);
