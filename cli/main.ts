#!/usr/bin/env node
import "./small-heap.ts";
import { version } from "../package.json";
import { collectAlone } from "../sampler/collector.ts";
import { fileFailure } from "../sampler/files.ts";
import { EXIT } from "./cli-error.ts";
import { runCli } from "./run.ts";

/** Where a pipe's reader has gone nothing more can be said, and nothing is wrong. Any other failure is said where that is still possible. */
function endWith(error: NodeJS.ErrnoException, sayWhy: boolean): never {
  if (error.code === "EPIPE") process.exit();
  const { reason } = fileFailure(error);
  if (sayWhy) process.stderr.write(`Standard output can't be written: ${reason}; send it somewhere else.\n`);
  process.exit(EXIT.failed);
}

collectAlone();
process.stdout.on("error", (error) => endWith(error, true));
process.stderr.on("error", (error) => endWith(error, false));

void runCli(process.argv.slice(2), {
  environment: process.env,
  bundleDirectory: __dirname,
  programVersion: version,
  // A serial console calls itself 0 columns wide.
  columns: process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : null,
  print: (text) =>
    new Promise((resolve) => {
      process.stdout.write(text, () => resolve());
    }),
  note: (line) => {
    process.stderr.write(`${line}\n`);
  },
}).then((code) => {
  // Standard error is written at once to files and terminals; to pipes only when its queue is empty.
  process.stderr.write("", () => process.exit(code));
});
