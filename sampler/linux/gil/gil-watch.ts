import type { RawGil } from "../../../core/sample/raw-sample.ts";
import type { ThreadStack } from "../../../core/sample/thread-stack.ts";
import { GilCounter } from "./gil-counter.ts";
import type { GilFailure, GilObservation, GilProbe, GilProbes } from "./gil-probe.ts";
import type { PythonFrame } from "./stack-reader.ts";
import { readStacks, type WantedStack } from "./stack-round.ts";

/** Interpreters come and go seldom. */
const REFRESH_MS = 250;
/** A program that is being started, or that just replaced itself, is tried again soon; one that stays unreadable seldom. */
const SOON_MS = 100;
const MOST_QUICK_TRIES = 20;
const SELDOM_MS = 10_000;
const MOST_SEARCHES = 3;
const RARELY_MS = 120_000;
const NEVER = Number.POSITIVE_INFINITY;
const MOST_GILS = 256;
const NAMES_AT_FIRST_MS = 1000;
const NAMES_MS = 16_000;

const OBSTACLES: Readonly<Record<GilFailure["reason"], string>> = {
  denied: "denied",
  architecture: "unknown-layout",
  version: "unknown-layout",
  "no-runtime": "no-runtime",
  unready: "no-runtime",
  gone: "no-runtime",
};

/** What the passes ask of the thread that holds a GIL. */
export interface HolderLook {
  /** Row id of the thread with this tid, or 0. */
  readonly rowOf: (tid: number) => number;
  /** Whether that thread was on a CPU or runnable in this pass. */
  readonly isRunning: (tid: number) => boolean;
  /** Whether another thread than this was seen waiting for a GIL in this pass. */
  readonly othersWait: (tid: number) => boolean;
}

/**
 * Watches the GILs of one runtime: attaches when it is time, reads them once per pass, and counts. In one pass `read` comes first,
 * then the threads are looked at, then `count` brings both together, so that holder and thread states belong to one moment.
 */
export class GilWatch {
  readonly #probes: GilProbes;
  readonly #processRowId: number;
  readonly #pid: number;
  readonly #startTicks: number;
  readonly #counters = new Map<number, GilCounter>();
  #probe: GilProbe | null = null;
  #failure: GilFailure | null = null;
  #tries = 0;
  #nextTryMs = Number.NEGATIVE_INFINITY;
  #refreshedMs = 0;
  #seen: readonly GilObservation[] = [];
  #holderFrame: { readonly interpreterId: number; readonly frame: PythonFrame } | null = null;
  #named: ReadonlyMap<number, string> = new Map();
  #namesPauseMs = NAMES_AT_FIRST_MS;
  #namesSoonMs = Number.NEGATIVE_INFINITY;
  #namesLateMs = Number.NEGATIVE_INFINITY;

  constructor(
    probes: GilProbes,
    target: { readonly processRowId: number; readonly pid: number; readonly startTicks: number },
  ) {
    this.#probes = probes;
    this.#processRowId = target.processRowId;
    this.#pid = target.pid;
    this.#startTicks = target.startTicks;
  }

  /** Whether the GIL is being read. */
  get attached(): boolean {
    return this.#probe !== null;
  }

  /** Why it is not, as `words/` names obstacles; null while it is or has not been tried. */
  get obstacle(): string | null {
    if (this.#probe !== null || this.#failure === null) return null;
    return OBSTACLES[this.#failure.reason];
  }

  /** The probe in force, for what else is read through it. */
  get probe(): GilProbe | null {
    return this.#probe;
  }

  /** Reads every GIL once; attaches first when it is time. Null when nothing could be read. */
  read(nowMs: number): readonly GilObservation[] | null {
    return this.#guarded(nowMs, () => this.#read(nowMs));
  }

  #read(nowMs: number): readonly GilObservation[] | null {
    this.#seen = [];
    this.#holderFrame = null;
    if (this.#probe === null && nowMs >= this.#nextTryMs) this.#attach(nowMs);
    const probe = this.#probe;
    if (probe === null) return null;
    if (nowMs - this.#refreshedMs >= REFRESH_MS) {
      this.#refreshedMs = nowMs;
      probe.refresh();
    }
    const outcome = probe.sample();
    if (!outcome.ok) {
      this.#letGo();
      // It replaced itself, or ended: the next try tells. Structures that stop making sense are tried again a few times only.
      this.#later(nowMs);
      return null;
    }
    this.#seen = outcome.gils;
    return outcome.gils;
  }

  /** Reads where the thread that `read` found holding a GIL is in Python. Dear: not to be done in every pass. */
  readHolder(nowMs: number): void {
    this.#guarded(nowMs, () => this.#readHolder());
  }

  #readHolder(): void {
    const probe = this.#probe;
    if (probe === null) return;
    const held = this.#seen.find((gil) => gil.held && gil.holderTid !== null);
    if (held === undefined) return;
    const stack = probe.stackOf(probe.holderState(held.interpreterId));
    const frame = stack === null || typeof stack === "string" ? undefined : stack.frames[0];
    if (frame !== undefined) this.#holderFrame = { interpreterId: held.interpreterId, frame };
  }

  /** Reads the Python stacks of some threads, until the time is up; empty where they can't be read. */
  stacks(wanted: readonly WantedStack[], clock: { monotonicMs(): number }, untilMs: number): readonly ThreadStack[] {
    const nowMs = clock.monotonicMs();
    return (
      this.#guarded(nowMs, () => (this.#probe === null ? [] : readStacks(this.#probe, wanted, clock, untilMs))) ?? []
    );
  }

  /** Counts what `read` saw last, with what the threads were doing. */
  count(nowMs: number, look: HolderLook): void {
    for (const gil of this.#seen) {
      let counter = this.#counters.get(gil.interpreterId);
      if (counter === undefined) {
        if (this.#counters.size >= MOST_GILS) continue;
        counter = new GilCounter(gil.interpreterId);
        this.#counters.set(gil.interpreterId, counter);
      }
      const tid = gil.holderTid;
      const row = tid === null ? 0 : look.rowOf(tid);
      counter.add(gil, row, tid !== null && look.isRunning(tid), nowMs);
      if (tid !== null && this.#holderFrame?.interpreterId === gil.interpreterId) {
        counter.addHolding(row, this.#holderFrame.frame, look.othersWait(tid));
      }
    }
    this.#seen = [];
  }

  /**
   * The names that the program gave its threads, by thread id, when it is time to look: soon when one of `tids` has no name yet, less
   * and less often when that helps nothing (threads of native libraries never get one), and now and then because names change.
   */
  names(nowMs: number, tids: Iterable<number>): ReadonlyMap<number, string> | null {
    if (this.#probe === null || nowMs < this.#namesSoonMs) return null;
    let nameless = false;
    for (const tid of tids) if (!this.#named.has(tid)) nameless = true;
    if (!nameless && nowMs < this.#namesLateMs) return null;
    const before = this.#named.size;
    this.#named = this.#guarded(nowMs, () => this.#probe?.threadNames()) ?? new Map();
    this.#namesPauseMs = this.#named.size === before ? Math.min(this.#namesPauseMs * 2, NAMES_MS) : NAMES_AT_FIRST_MS;
    this.#namesSoonMs = nowMs + this.#namesPauseMs;
    this.#namesLateMs = nowMs + NAMES_MS;
    return this.#named;
  }

  /** Everything counted so far; GILs of interpreters that ended stay as they were. */
  report(): readonly RawGil[] {
    return [...this.#counters.values()].map((counter) => counter.report(this.#processRowId));
  }

  /** Lets go of the process; counts stay. */
  close(): void {
    this.#letGo();
    this.#nextTryMs = Number.NEGATIVE_INFINITY;
  }

  /** What a program has in its memory must never end the sampler: whatever goes wrong with it, it is left alone for a long while. */
  #guarded<Result>(nowMs: number, work: () => Result): Result | null {
    try {
      return work();
    } catch {
      this.#letGo();
      this.#failure = { reason: "no-runtime" };
      this.#nextTryMs = nowMs + RARELY_MS;
      return null;
    }
  }

  #attach(nowMs: number): void {
    const outcome = this.#probes.attach(this.#pid, this.#startTicks);
    if (outcome.ok) {
      this.#probe = outcome.probe;
      this.#failure = null;
      this.#refreshedMs = nowMs;
      return;
    }
    this.#failure = outcome.failure;
    switch (outcome.failure.reason) {
      case "unready":
      case "gone":
        this.#later(nowMs);
        return;
      case "no-runtime":
        // Looking through the data of a program is dear, and seldom changes its answer.
        this.#later(nowMs);
        if (this.#tries > MOST_SEARCHES) this.#nextTryMs = nowMs + RARELY_MS;
        return;
      case "denied":
        this.#nextTryMs = nowMs + SELDOM_MS;
        return;
      case "architecture":
      case "version":
        this.#nextTryMs = NEVER;
    }
  }

  #later(nowMs: number): void {
    this.#tries += 1;
    this.#nextTryMs = nowMs + (this.#tries > MOST_QUICK_TRIES ? SELDOM_MS : SOON_MS * Math.min(10, this.#tries));
  }

  #letGo(): void {
    this.#probe?.close();
    this.#probe = null;
  }
}
