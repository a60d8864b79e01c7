import { advance, type CoreState, initialState } from "../../core/advance.ts";
import type { FamilyFrame, Frame, RuntimeFrame } from "../../core/frame/frame.ts";
import { EMPTY_PLAN } from "../../core/probe/probe-plan.ts";
import type { RawSample } from "../../core/sample/raw-sample.ts";
import { systemClock } from "../clock.ts";
import { emptyProbeCounts } from "../empty-columns.ts";
import { LinuxProvider } from "../linux/linux-provider.ts";

/** A family as tests compare it: members without pids, in order of their words. */
export interface FamilyShape {
  readonly kind: string;
  readonly startMethod: string | null;
  /** `role start-method name`, sorted. */
  readonly members: readonly string[];
}

/** This machine's frames, read in this process: what a test needs to see how programs it started are grouped. */
export class LocalFrames {
  readonly #provider = new LinuxProvider({ root: "/proc", clock: systemClock(), threadScope: "runtimes" });
  #state: CoreState = initialState({
    host: this.#provider.hostFacts(),
    provider: "linux",
    programVersion: "0",
    startedWallMs: 0,
    intervalMs: 1000,
  });
  #sequence = 0;
  #sample: RawSample | null = null;

  /** The sample of the last frame; null before the first. */
  get sample(): RawSample | null {
    return this.#sample;
  }

  /** Reads the machine once more. */
  next(): Frame {
    const read = this.#provider.read({ selectedRowId: null, visible: true });
    const sample: RawSample = {
      sequence: this.#sequence,
      ...read,
      observations: [],
      probes: [],
      probeCounts: emptyProbeCounts(),
      gils: [],
      plan: EMPTY_PLAN,
      ownCost: null,
    };
    const { state, frame } = advance(this.#state, sample);
    this.#sample = sample;
    this.#sequence += 1;
    this.#state = state;
    return frame;
  }

  close(): void {
    this.#provider.close();
  }
}

/** The family of a process and its members; null when it is in none. */
export function familyOf(
  frame: Frame,
  pid: number,
): { readonly family: FamilyFrame; readonly members: readonly RuntimeFrame[] } | null {
  const own = frame.runtimes.find((runtime) => runtime.pid === pid);
  const family = frame.families.find(({ id }) => id === own?.familyId);
  if (family === undefined) return null;
  return { family, members: frame.runtimes.filter(({ familyId }) => familyId === family.id) };
}

/** A family without what differs from run to run. */
export function shapeOf(frame: Frame, pid: number): FamilyShape | null {
  const found = familyOf(frame, pid);
  if (found === null) return null;
  return {
    kind: found.family.kind,
    startMethod: found.family.startMethod,
    members: found.members
      .map(({ role, startMethod, name }) => `${role} ${startMethod} ${name.replace(/-\d+(?::\d+)?/g, "-N")}`)
      .sort(),
  };
}
