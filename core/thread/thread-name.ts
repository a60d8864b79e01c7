import { oneLine } from "../family/runtime-name.ts";
import type { ThreadDetail } from "../sample/raw-sample.ts";

/** What a thread is called: as its program named it, else by the kernel's name; empty when neither is known. */
export function threadName(detail: ThreadDetail | undefined): string {
  return detail?.pythonName ?? detail?.comm ?? "";
}

/** The same on one line, for sentences and rankings. */
export function threadLine(detail: ThreadDetail | undefined): string {
  return oneLine(threadName(detail));
}
