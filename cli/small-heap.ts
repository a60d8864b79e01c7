import { setFlagsFromString } from "node:v8";

/**
 * Keeps the young part of the heap at a megabyte: samples make little garbage, and the engine would otherwise keep up to
 * 48 MB for it. Imported before everything else, because the flag holds only for what was not allocated yet.
 */
setFlagsFromString("--max-semi-space-size=1");
setFlagsFromString("--semi-space-growth-factor=1");
