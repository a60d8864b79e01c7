import type { NextFrame, Requests } from "../../core/page/protocol.ts";
import { decodeWire } from "../../core/page/wire.ts";
import { RequestFailure } from "./request-failure.ts";

type Question = Requests["nextFrame"]["argument"];

/** Longer than the 10 s after which the program sends a line though nothing is new. */
const PATIENCE_MS = 25_000;
/** A page that asks for no frame for so long is paused or hidden: the stream is closed, milliseconds. */
const UNUSED_MS = 3000;

/** Frames of one source and selection as the program sends them, read with fetch; only the newest is kept. */
export interface FrameStream {
  /** Whether it answers this question: the same source and selection, and still open. */
  fits(question: Question): boolean;
  /** The newest frame if it is newer than `after`, else the next answer that comes. Rejects with a `RequestFailure`. */
  next(after: number): Promise<NextFrame>;
  close(): void;
}

/** Opens a stream; `open` makes the request and rejects with a `RequestFailure`. */
export function createFrameStream(
  question: Question,
  open: (question: Question, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>,
): FrameStream {
  const stop = new AbortController();
  let newest: NextFrame | null = null;
  let taken = false;
  let failure: RequestFailure | null = null;
  let wake: (() => void) | null = null;
  let unused: ReturnType<typeof setTimeout> | undefined;

  const tell = () => {
    wake?.();
    wake = null;
  };
  const end = (reason: RequestFailure) => {
    failure ??= reason;
    clearTimeout(unused);
    stop.abort();
    tell();
  };

  const take = (line: string) => {
    const answer = decodeWire(line) as NextFrame | { readonly error: { readonly message: string } };
    if ("error" in answer) throw new RequestFailure("failed", answer.error.message);
    newest = answer;
    taken = false;
    tell();
  };

  const read = async () => {
    const reader = (await open(question, stop.signal)).getReader();
    const decoder = new TextDecoder();
    let pieces: string[] = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new RequestFailure("unreachable", "the stream ended");
      const lines = decoder.decode(value, { stream: true }).split("\n");
      const last = lines.pop() ?? "";
      // Of several lines that came together the newest alone is decoded.
      const whole = lines.pop();
      if (whole !== undefined) {
        take(lines.length === 0 ? pieces.join("") + whole : whole);
        pieces = [];
      }
      if (last !== "") pieces.push(last);
    }
  };

  read().catch((error: unknown) =>
    end(error instanceof RequestFailure ? error : new RequestFailure("unreachable", String(error))),
  );

  return {
    fits: ({ source, selectedRowId }) =>
      failure === null && source === question.source && selectedRowId === question.selectedRowId,
    async next(after) {
      clearTimeout(unused);
      const patience = setTimeout(() => end(new RequestFailure("unreachable", "no answer in time")), PATIENCE_MS);
      try {
        for (;;) {
          if (failure !== null) throw failure;
          if (newest !== null && (!taken || (newest.view?.sequence ?? -1) > after)) {
            taken = true;
            return newest;
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        clearTimeout(patience);
        unused = setTimeout(() => end(new RequestFailure("unreachable", "not used")), UNUSED_MS);
      }
    },
    close: () => end(new RequestFailure("unreachable", "closed")),
  };
}
