import type { FrameLayout } from "./frame-offsets.ts";
import type { PythonVersion } from "./version.ts";

/** Fields of `struct _gil_runtime_state` (pycore_gil.h), bytes from its start. */
export interface GilLayout {
  /** `enabled` of a free-threaded build; null in an ordinary one. */
  readonly enabled: number | null;
  readonly interval: number;
  readonly lastHolder: number;
  readonly locked: number;
  readonly switchNumber: number;
}

/** Fields of `PyInterpreterState` (pycore_interp.h), bytes from its start. */
export interface InterpreterLayout {
  readonly next: number;
  readonly id: number;
  readonly threadsHead: number;
  /** `ceval.gil`, the pointer to this interpreter's GIL; null up to 3.11, whose one GIL lies in `_PyRuntime`. */
  readonly gilPointer: number | null;
  /** `_gil`, where an interpreter with its own GIL keeps it; null up to 3.11. */
  readonly gilEmbedded: number | null;
}

/** Fields of `PyThreadState` (cpython/pystate.h), bytes from its start. */
export interface ThreadLayout {
  readonly next: number;
  readonly interpreter: number;
  /** `thread_id`, on Linux the `pthread_t`. */
  readonly threadId: number;
  /** `native_thread_id`, the kernel's id; null before 3.11. */
  readonly nativeThreadId: number | null;
  /** `cframe`, 3.11 and 3.12: while the thread runs Python it points into the thread's own stack. Null elsewhere. */
  readonly cframe: number | null;
}

/** How an entry was obtained. `described`: the running program says so itself, in `_Py_DebugOffsets`. */
export type Provenance = "compiled" | "debug-information" | "described" | "sources";

/** Where the fields lie that the probe reads, for CPython 3.7 and later. Bytes. */
export interface RuntimeLayout {
  /** `interpreters.head` in `_PyRuntime`. */
  readonly interpretersHead: number;
  /** `ceval.gil` in `_PyRuntime`; null from 3.12 on. */
  readonly gil: number | null;
  readonly interpreter: InterpreterLayout;
  readonly thread: ThreadLayout;
  readonly gilFields: GilLayout;
  /** Where frames lie, for interpreters that describe themselves and have an ordinary object header; null where the table of frames tells. */
  readonly frames: FrameLayout | null;
  readonly provenance: Provenance;
}

/** CPython 3.6 and 2.7 keep their GIL in static variables, so only the lists need offsets. Bytes. */
export interface StaticLayout {
  readonly interpreter: Pick<InterpreterLayout, "next" | "threadsHead">;
  readonly thread: ThreadLayout;
  readonly provenance: Provenance;
}

const GIL_FIELDS: GilLayout = { enabled: null, interval: 0, lastHolder: 8, locked: 16, switchNumber: 24 };

/**
 * Obtained by compiling `offsetof()` with gcc 12 and `-DPy_BUILD_CORE` against the internal headers of 3.7.16, 3.8.18, 3.9.18,
 * 3.10.13, 3.11.7 and 3.12.1. Release candidates and other micro versions were compiled as well and agree, except for 3.7.0–3.7.3.
 * On aarch64 `pthread_mutex_t` is larger, which moves nothing that is read here: all of these fields come before the first mutex
 * of their structure or, in `_PyRuntime`, before the GIL's own (cross-compiled, not run).
 */
const COMPILED: Readonly<Record<string, RuntimeLayout>> = {
  "3.7": {
    interpretersHead: 24,
    gil: 1264,
    interpreter: { next: 0, id: 16, threadsHead: 8, gilPointer: null, gilEmbedded: null },
    thread: { next: 8, interpreter: 16, threadId: 176, nativeThreadId: null, cframe: null },
    gilFields: GIL_FIELDS,
    frames: null,
    provenance: "compiled",
  },
  "3.8": {
    interpretersHead: 32,
    gil: 1152,
    interpreter: { next: 0, id: 16, threadsHead: 8, gilPointer: null, gilEmbedded: null },
    thread: { next: 8, interpreter: 16, threadId: 176, nativeThreadId: null, cframe: null },
    gilFields: GIL_FIELDS,
    frames: null,
    provenance: "compiled",
  },
  "3.9": {
    interpretersHead: 32,
    gil: 352,
    interpreter: { next: 0, id: 24, threadsHead: 8, gilPointer: null, gilEmbedded: null },
    thread: { next: 8, interpreter: 16, threadId: 176, nativeThreadId: null, cframe: null },
    gilFields: GIL_FIELDS,
    frames: null,
    provenance: "compiled",
  },
  "3.10": {
    interpretersHead: 32,
    gil: 352,
    interpreter: { next: 0, id: 24, threadsHead: 8, gilPointer: null, gilEmbedded: null },
    thread: { next: 8, interpreter: 16, threadId: 176, nativeThreadId: null, cframe: null },
    gilFields: GIL_FIELDS,
    frames: null,
    provenance: "compiled",
  },
  "3.11": {
    interpretersHead: 40,
    gil: 360,
    interpreter: { next: 0, id: 48, threadsHead: 16, gilPointer: null, gilEmbedded: null },
    thread: { next: 8, interpreter: 16, threadId: 152, nativeThreadId: 160, cframe: 56 },
    gilFields: GIL_FIELDS,
    frames: null,
    provenance: "compiled",
  },
  "3.12": {
    interpretersHead: 40,
    gil: null,
    interpreter: { next: 0, id: 8, threadsHead: 72, gilPointer: 384, gilEmbedded: 1040 },
    thread: { next: 8, interpreter: 16, threadId: 136, nativeThreadId: 144, cframe: 56 },
    gilFields: GIL_FIELDS,
    frames: null,
    provenance: "compiled",
  },
};

/** `gil` in `_PyRuntime` of 3.7.0–3.7.3, whose `PyGC_Head` is aligned as `double`: compiled from the 3.7.16 headers with the old member. */
const GIL_BEFORE_3_7_4 = 1176;

/** Obtained from the debug information of 3.6.15 and 2.7.18 (gdb `ptype /o`). */
const STATIC: Readonly<Record<string, StaticLayout>> = {
  "3.6": {
    interpreter: { next: 0, threadsHead: 8 },
    thread: { next: 8, interpreter: 16, threadId: 152, nativeThreadId: null, cframe: null },
    provenance: "debug-information",
  },
  "2.7": {
    interpreter: { next: 0, threadsHead: 8 },
    thread: { next: 0, interpreter: 8, threadId: 144, nativeThreadId: null, cframe: null },
    provenance: "debug-information",
  },
};

/** First and last minor version of Python 3 that describes itself and whose description is known. */
export const SELF_DESCRIBED_MINORS = { first: 13, last: 15 } as const;

/**
 * Layouts to try for a version of 3.7–3.12, likeliest first; empty for every other version and for alphas and betas, whose layouts
 * differ wildly. Release candidates from rc1 on have the layout of their release.
 */
export function layoutsOf(version: PythonVersion): readonly RuntimeLayout[] {
  if (!isReleased(version) || version.major !== 3) return [];
  const layout = COMPILED[`3.${version.minor}`];
  if (layout === undefined) return [];
  if (version.minor !== 7) return [layout];
  const early = { ...layout, gil: GIL_BEFORE_3_7_4 };
  if (version.micro === null) return [layout, early];
  return [version.micro <= 3 ? early : layout];
}

/** Layout of 3.6 and 2.7, or null for every other version. */
export function staticLayoutOf(version: PythonVersion): StaticLayout | null {
  return isReleased(version) ? (STATIC[`${version.major}.${version.minor}`] ?? null) : null;
}

/** Whether a version is a release or a release candidate. */
export function isReleased(version: PythonVersion): boolean {
  return version.level === "final" || version.level === "candidate";
}
