import { advance, initialState } from "../core/advance.ts";
import type { Frame } from "../core/frame/frame.ts";
import { FILE_LIMITS, History } from "../core/history/history.ts";
import type { FileEnd } from "../core/recording/file-problem.ts";
import { openFileText } from "../core/recording/open-file.ts";
import type { Capabilities } from "../core/sample/capabilities.ts";
import type { RawSample, SessionHeader } from "../core/sample/raw-sample.ts";
import { problemSentence } from "./file-sentence.ts";

/** Longest time reading keeps the event loop to itself, milliseconds. */
const TURN_MS = 20;

/** Samples whose memory is worked out before others get their turn: a millisecond or two. */
const REMEMBERED_AT_ONCE = 4;

/** A file that was opened; its frames are computed again as they are looked at. */
export interface FileSource {
  readonly fileName: string;
  readonly kind: "recording" | "snapshot";
  readonly header: SessionHeader;
  readonly history: History;
  readonly capabilities: Capabilities;
  /** How far the file could be read. */
  readonly end: FileEnd;
}

/** Result of opening a file; `cancelled` where whoever waited for it did not want it any more. */
export type FileSourceOutcome =
  | { readonly ok: true; readonly source: FileSource }
  | { readonly ok: false; readonly message: string; readonly cancelled?: true };

/** A file that is being opened: how far it is, and whether to go on. */
export interface Opening {
  /** Share that was read, 0 to 1. */
  share: number;
  cancelled: boolean;
}

/** A moment for everything else that waits in this process. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Opens the text of a recording or snapshot and reads all of it, giving way to other work in between. `fileName` is for messages;
 * `opening` is kept up to date, and may be cancelled meanwhile.
 */
export async function openFileSource(
  fileName: string,
  text: string,
  opening: Opening = { share: 0, cancelled: false },
): Promise<FileSourceOutcome> {
  const opened = openFileText(text);
  if (!opened.ok) return { ok: false, message: problemSentence(opened.problem, fileName) };
  const history = new History(opened.header, FILE_LIMITS);
  let capabilities: Capabilities = [];
  let turnEnds = Date.now() + TURN_MS;
  for (;;) {
    const step = opened.samples.next();
    if (step.done === true) {
      if (history.length === 0) return { ok: false, message: problemSentence({ code: "damaged" }, fileName) };
      const { header, kind } = opened;
      return { ok: true, source: { fileName, kind, header, history, capabilities, end: step.value } };
    }
    capabilities = step.value.capabilities;
    history.push(step.value, null);
    if (Date.now() >= turnEnds) {
      opening.share = opened.progress();
      await breathe();
      if (opening.cancelled) return { ok: false, message: `${fileName} was not opened.`, cancelled: true };
      turnEnds = Date.now() + TURN_MS;
    }
  }
}

/**
 * Works out what verdicts remember throughout a file, giving way to other work in between, so that seeks into it are short.
 * Ends early when it is not wanted any more.
 */
export async function rememberFile({ history }: FileSource, wanted: () => boolean): Promise<void> {
  while (wanted() && history.rememberSome(REMEMBERED_AT_ONCE)) await breathe();
}

/** The last frame of samples that belong together, computed from the first on; null without samples. */
export function replay(header: SessionHeader, samples: readonly RawSample[]): Frame | null {
  let state = initialState(header);
  let frame: Frame | null = null;
  for (const sample of samples) {
    const next = advance(state, sample);
    state = next.state;
    frame = next.frame;
  }
  return frame;
}
