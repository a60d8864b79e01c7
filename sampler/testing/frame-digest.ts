import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { advance, initialState } from "../../core/advance.ts";
import { encodeWire } from "../../core/page/wire.ts";
import { openFileText } from "../../core/recording/open-file.ts";

/** Prints, for each recording named, how many frames it gives and the SHA-256 of all of them, every column to the last bit. */
for (const path of process.argv.slice(2)) {
  const opened = openFileText(readFileSync(path, "utf8"));
  if (!opened.ok) throw new Error(`${path}: ${opened.problem.code}`);
  let state = initialState(opened.header);
  let frames = 0;
  const hash = createHash("sha256");
  for (const sample of opened.samples) {
    const next = advance(state, sample);
    state = next.state;
    frames += 1;
    hash.update(encodeWire(next.frame)).update("\n");
  }
  process.stdout.write(`${frames} ${hash.digest("hex")}\n`);
}
