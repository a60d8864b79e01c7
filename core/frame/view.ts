import type { Endings } from "../history/endings.ts";
import type { RuntimeMemory } from "../memory/runtime-memory.ts";
import type { SharedMemoryFrame } from "../memory/shared-memory.ts";
import type { Capabilities } from "../sample/capabilities.ts";
import type { Message } from "../verdict/message.ts";
import type { Basis, VerdictId } from "../verdict/verdict.ts";
import type { FamilyFrame, Frame, HostFrame, OwnCostFrame, Role, RuntimeFrame, ThreadFrameColumns } from "./frame.ts";

/** One line of the list of runtimes: small, because there may be hundreds a second. */
export interface RuntimeRow {
  readonly rowId: number;
  readonly pid: number;
  readonly name: string;
  /** Lower-case text that the filter searches: name, pid, command line, environment, user. */
  readonly searchText: string;
  readonly version: string | null;
  readonly implementation: string;
  readonly familyId: string;
  readonly parentRowId: number | null;
  readonly role: Role;
  readonly threadCount: number;
  readonly gilBoundThreads: number;
  /** Null when not known. */
  readonly cpuCores: number | null;
  readonly rssBytes: number | null;
  readonly lostCores: number | null;
  readonly verdict: VerdictId;
  readonly basis: Basis;
  /** Set where it ended inside the range shown: when it was seen last, epoch milliseconds. Its figures are over the part that it lived. */
  readonly endedWallMs?: number;
}

/** One line of the list of families. */
export interface FamilyRow {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly startMethod: string | null;
  readonly cpuCores: number | null;
  readonly lostCores: number | null;
  readonly memberRowIds: readonly number[];
  readonly verdict: VerdictId;
  /** Proportional memory of the members that were read; null when none was. */
  readonly pssBytes: number | null;
  /** Members that are not in it. */
  readonly unreadMembers: number;
  /** The sentence on the family as a whole; null for one runtime alone. */
  readonly summary: Message | null;
}

/** One member of the selected runtime's family. */
export interface FamilyMemberView {
  readonly rowId: number;
  readonly pid: number;
  readonly name: string;
  readonly role: Role;
  readonly verdict: VerdictId;
  readonly cpuCores: number | null;
  readonly memory: RuntimeMemory;
}

/** The selected runtime with its own threads only. */
export interface RuntimeView {
  readonly runtime: RuntimeFrame;
  readonly family: FamilyFrame;
  /** The family's members, itself included, at most `MOST_MEMBERS_SHOWN`. */
  readonly members: readonly FamilyMemberView[];
  /** Shared memory: `segments` that a member maps or that nobody maps any more. */
  readonly sharedMemory: SharedMemoryFrame;
  readonly threads: ThreadFrameColumns;
}

/** What the page is given for one frame. */
export interface FrameView {
  readonly sequence: number;
  readonly wallMs: number;
  readonly windowSeconds: number;
  readonly host: HostFrame;
  readonly capabilities: Capabilities;
  readonly lostCores: number | null;
  readonly rows: readonly RuntimeRow[];
  /** Runtimes that ended inside the range shown and have no row; missing where there are none. */
  readonly endedLeftOut?: number;
  readonly families: readonly FamilyRow[];
  /** Null when nothing is selected or the selected runtime is not in this frame. */
  readonly selected: RuntimeView | null;
  readonly ownCost: OwnCostFrame | null;
}

/** Cuts one frame down to what the page shows. Of a range: with those that ended inside it. */
export type ViewOf = (frame: Frame, selectedRowId: number | null, ended?: Endings) => FrameView;

/** Members of a family that are shown one by one. */
export const MOST_MEMBERS_SHOWN = 200;

/** One runtime over time, for charts; all arrays have the length of `wallMs`. */
export interface RuntimeSeries {
  readonly rowId: number;
  readonly wallMs: Float64Array;
  readonly cpuCores: Float32Array;
  /** Cores that demand says the threads would use. NaN where not known. */
  readonly demandCores: Float32Array;
  readonly rssBytes: Float64Array;
  /** Memory nobody else maps, and its part of what it shares; NaN where memory maps were not read. */
  readonly privateBytes: Float64Array;
  readonly sharedBytes: Float64Array;
  /** The busiest threads, then one `others` entry with row id 0 where there are more, and `exited` with row id -1 where threads ended. */
  readonly threads: readonly {
    readonly rowId: number;
    readonly tid: number;
    readonly name: string;
    readonly cpuCores: Float32Array;
  }[];
}

/** CPU of several runtimes over time, for sparklines: `points` numbers for each row id asked for, NaN where it did not live. */
export interface Sparklines {
  readonly rowIds: readonly number[];
  readonly points: number;
  readonly cpuCores: Float32Array;
}
