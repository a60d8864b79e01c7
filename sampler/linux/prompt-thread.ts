import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

const PATIENCE_MS = 2000;
/** Policy and priority. The flag that keeps both from children is named each time: taking it back needs CAP_SYS_NICE (sched(7)). */
const PROMPT = ["--rr", "--reset-on-fork", "--pid", "1"];
const ORDINARY = ["--other", "--reset-on-fork", "--pid", "0"];

/**
 * Lets the calling thread run as soon as it wakes up, ahead of ordinary threads: the lowest real-time priority (sched(7)), set through
 * `chrt` of util-linux and not passed on to threads it starts. Without it a thread whose CPU is taken runs when that CPU's thread
 * pauses, and what it looks at then is no longer of a random moment. Takes root, CAP_SYS_NICE or an RLIMIT_RTPRIO above zero; where
 * it is not allowed the thread stays an ordinary one.
 */
export class PromptThread {
  #isPrompt = false;
  #isAllowed = process.platform === "linux";

  /** Makes the calling thread, always the same one, prompt or ordinary. */
  set(wanted: boolean): void {
    if (!this.#isAllowed || wanted === this.#isPrompt) return;
    try {
      const tid = path.basename(fs.readlinkSync("/proc/thread-self"));
      execFileSync("chrt", [...(wanted ? PROMPT : ORDINARY), tid], { stdio: "ignore", timeout: PATIENCE_MS });
      this.#isPrompt = wanted;
    } catch {
      this.#isAllowed = false;
    }
  }
}
