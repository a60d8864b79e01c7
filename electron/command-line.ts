import { join } from "node:path";
import { SHARE_ENV, Worker } from "node:worker_threads";

/** Shared with the worker: whether the command has ended, and its exit code. */
export const ENDED = 0;
export const EXIT_CODE = 1;

/**
 * Runs one command of the command line and ends the process with its exit code. Never returns.
 *
 * Electron looks for a display as soon as this file's first turn of the event loop is over, and aborts where there is none
 * (its headless platform does not start before Electron 43). So the command runs in a worker thread while this thread waits.
 */
export function runCommandLine(commandArguments: readonly string[]): never {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(join(__dirname, "cli-host.cjs"), {
    argv: [...commandArguments],
    env: SHARE_ENV,
    workerData: shared,
  });
  worker.unref();
  Atomics.wait(shared, ENDED, 0);
  return exitNow(Atomics.load(shared, EXIT_CODE));
}

/** Electron's `process.exit` waits for the event loop of a program that has not started yet; Node's own does not. */
function exitNow(code: number): never {
  const { reallyExit } = process as unknown as { readonly reallyExit: (code: number) => never };
  return reallyExit.call(process, code);
}
