import { writeSync } from "node:fs";
import { type Key, keysOf } from "./keys.ts";

/** Alternate screen, no cursor, no wrapping at the right edge (xterm control sequences). */
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[0m\u001b[?1049l";
/** Synchronised output: terminals that know it show a screen at once. */
const BEGIN = "\u001b[?2026h\u001b[H";
const END = "\u001b[J\u001b[?2026l";

/** A terminal that a program draws on. */
export interface Terminal {
  readonly columns: number;
  readonly lines: number;
  /** Draws a whole screen; left out while the terminal has not taken the last one. */
  draw(screen: readonly string[]): void;
  /** Gives the terminal back as it was. Also done when the process ends in any way that it notices. */
  close(): void;
}

/** Takes over the terminal. `onKey` is called for each key, `onResize` when the screen has to be drawn anew. */
export function openTerminal(onKey: (key: Key) => void, onResize: () => void): Terminal {
  const { stdin, stdout } = process;
  let open = false;
  const enter = (): void => {
    stdin.setRawMode(true);
    writeSync(stdout.fd, ENTER);
    open = true;
  };
  const leave = (): void => {
    if (!open) return;
    open = false;
    try {
      writeSync(stdout.fd, LEAVE);
      stdin.setRawMode(false);
    } catch {
      // The terminal has gone; there is nothing to give back.
    }
  };
  const typed = (text: string): void => {
    for (const key of keysOf(text)) {
      if (key === "suspend") {
        leave();
        process.kill(process.pid, "SIGSTOP");
      } else if (key === "redraw") onResize();
      else onKey(key);
    }
  };
  const resumed = (): void => {
    if (!open) enter();
    onResize();
  };
  stdin.setEncoding("utf8");
  stdin.on("data", typed);
  stdin.resume();
  stdout.on("resize", onResize);
  process.on("SIGCONT", resumed);
  process.on("exit", leave);
  enter();
  return {
    get columns() {
      return Math.max(20, stdout.columns || 80);
    },
    get lines() {
      return Math.max(5, stdout.rows || 24);
    },
    draw: (screen) => {
      if (!open || stdout.writableNeedDrain) return;
      stdout.write(`${BEGIN}${screen.map((line) => `${line}\u001b[K`).join("\r\n")}${END}`);
    },
    close: () => {
      stdin.off("data", typed);
      stdin.pause();
      stdout.off("resize", onResize);
      process.off("SIGCONT", resumed);
      leave();
      process.off("exit", leave);
    },
  };
}
