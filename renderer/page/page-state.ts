import type { FrameView, RuntimeRow, RuntimeSeries, RuntimeView } from "../../core/frame/view.ts";
import type {
  RecordingStatus,
  SamplerStatus,
  SourceId,
  SourceInfo,
  TimeRange,
  Welcome,
} from "../../core/page/protocol.ts";
import type { Past } from "../../words/clock.ts";
import { EMPTY_LIST, type ListContent } from "../list/list-items.ts";
import type { SortKey } from "../list/order.ts";

/** Whether the page can talk to the program. */
export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "connected" }
  /** Requests fail; the page keeps trying by itself. */
  | { readonly state: "lost" }
  /** The program answers but does not accept this page; trying again would not help. */
  | { readonly state: "refused" };

/** What is known of the selected runtime. */
export type Detail =
  /**
   * Its figures; `ended` tells whether it lives: `since` when it has gone and these are the last ones, `within` when it ended inside the
   * range shown and they are over the part of it that it lived.
   */
  | {
      readonly state: "known";
      readonly view: RuntimeView;
      readonly wallMs: number;
      readonly windowSeconds: number;
      readonly ended: "no" | "since" | "within";
    }
  /** At the time shown it had not begun yet. */
  | { readonly state: "before"; readonly name: string; readonly pid: number; readonly startedWallMs: number }
  /** It has gone before its figures were read; only its line in the list is left. */
  | { readonly state: "gone"; readonly row: RuntimeRow };

/** A short message about something the user did. */
export interface Toast {
  readonly id: number;
  readonly kind: "done" | "failed";
  readonly text: string;
}

/** Everything the page shows except rows and sparklines, which have stores of their own. */
export interface PageState {
  readonly connection: Connection;
  readonly welcome: Welcome | null;
  /** Where frames come from. */
  readonly source: SourceId;
  /** The opened file, or null while this machine is shown. */
  readonly file: SourceInfo | null;
  readonly status: SamplerStatus;
  readonly view: FrameView | null;
  readonly selectedRowId: number | null;
  readonly detail: Detail | null;
  readonly series: RuntimeSeries | null;
  /** Thread of the selected runtime that is followed through table, charts and lanes. */
  readonly followedRowId: number | null;
  /** Time of the frame on screen while paused, epoch milliseconds; null while live. */
  readonly pausedAtMs: number | null;
  /** The range of time that everything on screen is of; null: the last few seconds before the time shown. */
  readonly range: TimeRange | null;
  /** Oldest and newest time the slider can go to, epoch milliseconds. */
  readonly firstWallMs: number | null;
  readonly lastWallMs: number | null;
  readonly filter: string;
  readonly sortKey: SortKey;
  readonly list: ListContent;
  readonly collapsed: ReadonlySet<string>;
  readonly toast: Toast | null;
  /** The recording the window writes, or how the last one ended; null where there was none. */
  readonly recording: RecordingStatus | null;
  /** True while a file is being read. */
  readonly opening: boolean;
  /** Share of it that was read, 0 to 1. */
  readonly openingShare: number;
}

/** Whether what is shown is of a time gone by, and stands still. */
export const isFixed = ({ pausedAtMs, file }: PageState): boolean => pausedAtMs !== null || file !== null;

/** What is known of the selected runtime is of this time gone by; null: of now. */
export function pastOf(state: PageState): Past | null {
  const { detail } = state;
  if (detail?.state !== "known" || !(detail.ended !== "no" || isFixed(state))) return null;
  return { untilWallMs: detail.wallMs };
}

/** The page before its first answer. */
export function initialPageState(): PageState {
  return {
    connection: { state: "connecting" },
    welcome: null,
    source: "live",
    file: null,
    status: { state: "starting" },
    view: null,
    selectedRowId: null,
    detail: null,
    series: null,
    followedRowId: null,
    pausedAtMs: null,
    range: null,
    firstWallMs: null,
    lastWallMs: null,
    filter: "",
    sortKey: "lost",
    list: EMPTY_LIST,
    collapsed: new Set(),
    toast: null,
    recording: null,
    opening: false,
    openingShare: 0,
  };
}
