import { setFlagsFromString } from "node:v8";
import { app } from "electron";

/**
 * How much of a function must have run before the optimising compiler takes it on: eleven times V8's own measure. What runs once a second
 * would be compiled too, again and again over minutes, for a gain that never pays; what runs hot is still compiled within a moment.
 */
const LATE = "--interrupt-budget=1500000";

/** Tells V8, here and in the page, and Chromium how a program that rests most of the time is run. Before the first window is made. */
export function setEngineFlags(): void {
  setFlagsFromString(LATE);
  // The page's garbage of a second is collected in a millisecond; waking helper threads for it costs several times that.
  app.commandLine.appendSwitch("js-flags", `--single-threaded-gc ${LATE}`);
  // The page may not reach the network: a process of its own for that would only take 20 MB.
  app.commandLine.appendSwitch("enable-features", "NetworkServiceInProcess2");
}
