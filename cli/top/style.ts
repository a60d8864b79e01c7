import type { ThreadState } from "../../core/thread/thread-state.ts";
import type { VerdictId } from "../../core/verdict/verdict.ts";

/** How text is drawn: with colours or, where they are not wanted, without. */
export interface Style {
  readonly verdict: (id: VerdictId, text: string) => string;
  readonly state: (state: ThreadState, text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly reverse: (text: string) => string;
}

/** Colours of the 256-colour palette after Okabe and Ito, which colour-blind people tell apart. Words say the same. */
const VERDICT_COLOURS: Readonly<Record<VerdictId, number>> = {
  "gil-bound": 208,
  "lock-bound": 175,
  "cpu-starved": 220,
  oversubscribed: 220,
  "quota-limited": 220,
  parallel: 36,
  "single-threaded": 75,
  "io-bound": 117,
  idle: 245,
  undetermined: 245,
};

const STATE_COLOURS: Readonly<Record<ThreadState, number>> = {
  gilRun: 33,
  nativeRun: 36,
  run: 33,
  gilWait: 208,
  gilHeldBlocked: 124,
  cpuWait: 220,
  threadWait: 175,
  ioWait: 117,
  sleep: 240,
  stopped: 97,
  unknown: 240,
};

/** A sign for each state, so that bars read without colours. */
export const STATE_SIGNS: Readonly<Record<ThreadState, string>> = {
  gilRun: "█",
  nativeRun: "▓",
  run: "█",
  gilWait: "x",
  gilHeldBlocked: "!",
  cpuWait: "c",
  threadWait: "=",
  ioWait: "~",
  sleep: "·",
  stopped: "s",
  unknown: "?",
};

const sgr =
  (code: string) =>
  (text: string): string =>
    text === "" ? "" : `\u001b[${code}m${text}\u001b[0m`;
const plain = (text: string): string => text;

/** Attributes with colours, or alone where `NO_COLOR` (no-color.org) or the terminal asks for that. */
export function styleFor(environment: Readonly<Record<string, string | undefined>>): Style {
  const coloured = (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
  return {
    verdict: (id, text) => (coloured ? sgr(`38;5;${VERDICT_COLOURS[id]}`)(text) : text),
    state: (state, text) => (coloured ? sgr(`38;5;${STATE_COLOURS[state]}`)(text) : text),
    bold: sgr("1"),
    dim: coloured ? sgr("2") : plain,
    reverse: sgr("7"),
  };
}
