import type { Action, ActTarget } from "../../core/act/action.ts";
import type { ExplainedFigure } from "../../words/how-measured.ts";

/** A runtime that something is to be done to: its identity, and what its user calls it. */
export interface SheetTarget extends ActTarget {
  readonly name: string;
}

/** What is asked about a runtime: a certain action, or which priority or CPUs. */
export type ActWish = Action | { readonly kind: "choose-nice" } | { readonly kind: "choose-cpus" };

/** The one sheet that lies over the window. */
export type Sheet =
  | { readonly kind: "help" }
  | { readonly kind: "measured"; readonly figure: ExplainedFigure }
  | { readonly kind: "settings" }
  | { readonly kind: "palette" }
  | { readonly kind: "launch" }
  | { readonly kind: "processes" }
  | { readonly kind: "act"; readonly target: SheetTarget; readonly wish: ActWish }
  | { readonly kind: "stack"; readonly target: SheetTarget };

/** A program that was started from the window, as its panel shows it. */
export interface LaunchedProgram {
  readonly id: number;
  readonly pid: number;
  readonly title: string;
  readonly output: string;
  /** Character of its output to ask for next. */
  readonly from: number;
  /** Whether older output was lost. */
  readonly cut: boolean;
  /** Null while it runs. */
  readonly ended: { readonly exitCode: number | null; readonly signal: string | null } | null;
  readonly rowId: number | null;
}
