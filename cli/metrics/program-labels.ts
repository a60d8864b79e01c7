import type { FamilyFrame } from "../../core/frame/frame.ts";
import { redactText } from "../../core/sample/redact.ts";
import { plainText } from "../../core/text/plain-text.ts";

/** What a series is labelled by; never a pid. */
export interface ProgramLabels {
  readonly program: string;
  readonly family: string;
}

/** Programs with series of their own; the rest are added up as `other`. */
const MOST_PROGRAMS = 100;
const MOST_CHARACTERS = 80;
/** A program not seen for so long gives its place to another, milliseconds. */
const FORGET_MS = 600_000;

const OTHER: ProgramLabels = { program: "other", family: "other" };

/** Decides which programs have series of their own. One that has them keeps them while it runs, so that series don't come and go. */
export class ProgramBook {
  private readonly seenMs = new Map<string, number>();

  /** Labels of a family at a time. */
  labelsOf(family: FamilyFrame, nowMs: number): ProgramLabels {
    // The name of `python -c …` is its code, which may hold a secret; metrics are kept long and read by many.
    const program = [...plainText(redactText(family.name))].slice(0, MOST_CHARACTERS).join("");
    const key = `${program}\n${family.kind}`;
    if (!this.seenMs.has(key)) {
      if (this.seenMs.size >= MOST_PROGRAMS) this.forget(nowMs);
      if (this.seenMs.size >= MOST_PROGRAMS) return OTHER;
    }
    this.seenMs.set(key, nowMs);
    return { program, family: family.kind };
  }

  /** Whether a program still has its place. */
  holds({ program, family }: ProgramLabels): boolean {
    return program === OTHER.program || this.seenMs.has(`${program}\n${family}`);
  }

  private forget(nowMs: number): void {
    for (const [key, seenMs] of this.seenMs) if (nowMs - seenMs > FORGET_MS) this.seenMs.delete(key);
  }
}
