#!/usr/bin/env node
import "./small-heap.ts";
import { version } from "../package.json";
import { collectAlone } from "../sampler/collector.ts";
import { runCli } from "./run.ts";

/** Where a pipe's reader has gone nothing more can be said, and nothing is wrong. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit();
}

collectAlone();
process.stdout.on("error", endQuietly);
process.stderr.on("error", endQuietly);

void runCli(process.argv.slice(2), {
  environment: process.env,
  bundleDirectory: __dirname,
  programVersion: version,
  columns: process.stdout.isTTY ? process.stdout.columns : null,
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
