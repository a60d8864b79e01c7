import { StringDecoder } from "node:string_decoder";
import { outputText } from "../../core/launch/output-text.ts";

/** What a program prints, as plain text; the oldest is dropped beyond a bound. */
export class OutputRing {
  readonly #most: number;
  #text = "";
  #dropped = 0;

  /** @param most Characters held. */
  constructor(most: number) {
    this.#most = most;
  }

  /** A sink for the bytes of one stream; characters that are cut between two pieces are put together again. */
  sink(): (bytes: Buffer) => void {
    const decoder = new StringDecoder("utf8");
    return (bytes) => {
      this.#text += outputText(decoder.write(bytes));
      const over = this.#text.length - this.#most;
      if (over <= 0) return;
      this.#text = this.#text.slice(over);
      this.#dropped += over;
    };
  }

  /** What came since a character, counted from the first one ever. */
  since(from: number): { readonly from: number; readonly text: string } {
    const start = Math.max(from, this.#dropped);
    return { from: start, text: this.#text.slice(start - this.#dropped) };
  }
}
