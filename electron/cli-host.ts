import { createReadStream, writeSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { isatty, ReadStream, WriteStream } from "node:tty";
import { workerData } from "node:worker_threads";
import { ENDED, EXIT_CODE } from "./command-line.ts";
import { listenToSignalsHere } from "./worker-signals.ts";

/** How long to wait for the reader of a pipe that is full. */
const FULL_PIPE_WAIT_MS = 5;

// A worker's standard streams go through the main thread, which waits for this one: so they are opened here again.
const shared = workerData as Int32Array;
const idle = new Int32Array(new SharedArrayBuffer(4));
replaceStream("stdin", () => (isatty(0) ? new ReadStream(0) : createReadStream("", { fd: 0, autoClose: false })));
replaceStream("stdout", () => outputStream(1));
replaceStream("stderr", () => outputStream(2));
process.on("uncaughtException", (error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  process.exit(1);
});
process.on("exit", (code) => {
  Atomics.store(shared, EXIT_CODE, code);
  Atomics.store(shared, ENDED, 1);
  Atomics.notify(shared, ENDED);
});
listenToSignalsHere();
require(join(__dirname, "cli.cjs"));

function replaceStream(name: "stdin" | "stdout" | "stderr", open: () => object): void {
  let stream: object | null = null;
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => {
      stream ??= open();
      return stream;
    },
  });
}

function outputStream(descriptor: number): Writable {
  if (isatty(descriptor)) return new WriteStream(descriptor);
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      try {
        writeAll(descriptor, chunk);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

function writeAll(descriptor: number, chunk: Buffer): void {
  let written = 0;
  while (written < chunk.length) {
    try {
      written += writeSync(descriptor, chunk, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(idle, 0, 0, FULL_PIPE_WAIT_MS);
    }
  }
}
