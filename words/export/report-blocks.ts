import type { ExportInput } from "../../core/export/exporter.ts";
import type { Frame, RuntimeFrame } from "../../core/frame/frame.ts";
import { runtimesByLoss } from "../../core/report/list-report.ts";
import { isoTime } from "../../core/report/parts.ts";
import { valueOrNull } from "../../core/sample/reading.ts";
import { THREAD_STATE_COUNT, THREAD_STATES } from "../../core/thread/thread-state.ts";
import { pythonText } from "../diagnosis-text.ts";
import { holderLines, holdersBasis, holdersTitle, onsetText } from "../holder-text.ts";
import { HOW_MEASURED } from "../how-measured.ts";
import { BASIS_LABELS, STATE_LABELS, VERDICT_LABELS } from "../labels.ts";
import { bytes, cores, coresWithUnit, duration, NOT_KNOWN, percent, perSecond } from "../number.ts";
import { capabilitySentence } from "../obstacle.ts";
import { sentence } from "../sentences.ts";
import { chartOf } from "./svg-exporter.ts";

/** A part of a report, before it is Markdown or HTML. Texts hold what the machine said, unescaped. */
export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "verdict"; readonly label: string; readonly text: string }
  | { readonly kind: "list"; readonly title: string | null; readonly items: readonly string[] }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      /** Indexes of columns that hold numbers. */
      readonly numbers: readonly number[];
      readonly rows: readonly (readonly string[])[];
    }
  /** SVG that is already markup. Left out where pictures can't be held. */
  | { readonly kind: "figure"; readonly svg: string };

/** Runtimes and threads shown in full; a report is for reading. */
const MOST_RUNTIMES = 24;
const MOST_THREADS = 48;
const LEAST_SHARE = 0.01;

/** Where a thread's second goes, largest first: `waits for the GIL 74 %, runs 25 %`. */
function statesInWords(frame: Frame, row: number): string {
  return THREAD_STATES.map((state, index) => ({
    state,
    share: frame.threads.states[row * THREAD_STATE_COUNT + index] ?? 0,
  }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.share - a.share)
    .map(({ state, share }) => `${STATE_LABELS[state]} ${percent(share)}`)
    .join(", ");
}

function threadTable(frame: Frame, runtime: RuntimeFrame): readonly Block[] {
  const { threads } = frame;
  const rows = Array.from({ length: runtime.threadRows }, (_, index) => runtime.threadStart + index);
  const cpu = (row: number): number => {
    const value = threads.cpuCores[row] ?? Number.NaN;
    return Number.isFinite(value) ? value : -1;
  };
  rows.sort((a, b) => cpu(b) - cpu(a));
  const shown = rows.slice(0, MOST_THREADS);
  const bound = (row: number): string => ["no", "yes"][threads.gilBound[row] ?? 2] ?? NOT_KNOWN;
  return [
    {
      kind: "table",
      head: ["Thread", "Id", "Cores", "Switches/s", "GIL-bound", "Where its time goes"],
      numbers: [1, 2, 3],
      rows: shown.map((row) => [
        threads.names[row] ?? "",
        String(threads.tid[row] ?? ""),
        cores(threads.cpuCores[row] ?? null),
        perSecond(threads.switchesPerSecond[row] ?? null),
        bound(row),
        statesInWords(frame, row),
      ]),
    },
    ...(rows.length > shown.length
      ? [{ kind: "paragraph" as const, text: `${rows.length - shown.length} more threads are left out.` }]
      : []),
  ];
}

function gilText({ gils }: RuntimeFrame): string {
  if (gils.length === 0) return NOT_KNOWN;
  return gils
    .map((gil) => {
      if (gil.enabled === false) return "disabled";
      const error = valueOrNull(gil.heldStandardError);
      const name = gils.length > 1 ? `interpreter ${gil.interpreterId}: ` : "";
      return `${name}held ${percent(valueOrNull(gil.heldRatio))}${error === null ? "" : ` ± ${percent(error)}`}, ${perSecond(valueOrNull(gil.switchesPerSecond))} switches/s`;
    })
    .join("; ");
}

function runtimeBlocks(input: ExportInput, runtime: RuntimeFrame): readonly Block[] {
  const { verdict } = runtime;
  const chart = chartOf(input, runtime);
  const list = (title: string | null, items: readonly string[]): readonly Block[] =>
    items.length === 0 ? [] : [{ kind: "list", title, items }];
  const onset = onsetText(runtime, input.frame.wallMs);
  const sure = verdict.basis === "none" ? "" : `, ${percent(verdict.confidence)} sure`;
  const facts: readonly (readonly [string, string])[] = [
    ["Cores used", cores(valueOrNull(runtime.cpuCores))],
    ["Cores wanted", cores(valueOrNull(runtime.demandCores))],
    ["Cores allowed", cores(runtime.allowedCores)],
    ["Cores lost to the GIL", cores(valueOrNull(runtime.lostCores))],
    ["GIL", gilText(runtime)],
    ["Memory (RSS)", bytes(valueOrNull(runtime.rssBytes))],
    ["Threads", String(runtime.threadCount)],
    ["Python", pythonText(runtime)],
    ["User", runtime.userName],
    ["Command line", runtime.commandLine ?? NOT_KNOWN],
    ["Started", isoTime(runtime.startedWallMs)],
  ];
  return [
    { kind: "heading", level: 2, text: `${runtime.name} (pid ${runtime.pid})` },
    { kind: "verdict", label: VERDICT_LABELS[verdict.id], text: sentence(verdict.headline) },
    ...(chart === null ? [] : [{ kind: "figure" as const, svg: chart }]),
    ...list(
      "Evidence",
      verdict.evidence.map((message) => sentence(message)),
    ),
    ...list(
      "Also",
      verdict.furtherCauses.map((cause) => sentence(cause.message)),
    ),
    ...list(
      "One GIL per interpreter",
      runtime.gilVerdicts.map(
        ({ interpreterId, verdict: own }) =>
          `Interpreter ${interpreterId}, ${VERDICT_LABELS[own.id]}: ${sentence(own.headline)}`,
      ),
    ),
    ...list(
      `${holdersTitle(runtime.holders)} (${holdersBasis(runtime.holders)})`,
      holderLines(runtime.holders).map((line) => line.trim()),
    ),
    ...list(
      "What would help",
      verdict.advice.map((message) => sentence(message)).filter((text) => text !== ""),
    ),
    {
      kind: "paragraph",
      text: `${BASIS_LABELS[verdict.basis]}${sure}, over ${duration(runtime.windowSeconds)}${onset === "" ? "" : `; it has held ${onset}`}.`,
    },
    { kind: "table", head: ["Fact", "Value"], numbers: [], rows: facts },
    ...threadTable(input.frame, runtime),
  ];
}

function overview(runtimes: readonly RuntimeFrame[]): Block {
  return {
    kind: "table",
    head: ["Runtime", "Pid", "Python", "Verdict", "Lost", "Cores", "Threads", "Memory"],
    numbers: [1, 4, 5, 6, 7],
    rows: runtimes.map((runtime) => [
      runtime.name,
      String(runtime.pid),
      pythonText(runtime),
      VERDICT_LABELS[runtime.verdict.id],
      cores(valueOrNull(runtime.lostCores)),
      cores(valueOrNull(runtime.cpuCores)),
      String(runtime.threadCount),
      bytes(valueOrNull(runtime.rssBytes)),
    ]),
  };
}

const MEASURED: readonly (readonly [string, keyof typeof HOW_MEASURED])[] = [
  ["Cores used", "cpuCores"],
  ["Cores wanted", "demandCores"],
  ["Cores lost", "lostCores"],
  ["GIL held", "gilHeldRatio"],
  ["Waiting for the GIL", "gilWait"],
  ["Where time goes", "states"],
  ["Memory", "rssBytes"],
  ["Verdict", "verdict"],
  ["How sure", "confidence"],
];

/** A whole report: the machine's runtimes, each one's verdict with its evidence, the machine, and how it was measured. */
export function reportBlocks(input: ExportInput): readonly Block[] {
  const { frame, header, redacted } = input;
  const { host } = header;
  const all = runtimesByLoss(frame).filter(({ rowId }) => input.rowId === null || rowId === input.rowId);
  const shown = all.slice(0, MOST_RUNTIMES);
  const used = all.reduce((sum, runtime) => sum + (valueOrNull(runtime.cpuCores) ?? 0), 0);
  const lost = coresWithUnit(valueOrNull(frame.lostCores));
  return [
    { kind: "heading", level: 1, text: `Python on ${host.hostName}` },
    {
      kind: "paragraph",
      text: `${all.length} ${all.length === 1 ? "runtime" : "runtimes"} at ${isoTime(frame.wallMs)}, over ${duration(frame.windowSeconds)}: ${coresWithUnit(used)} used; the GIL costs ${lost} on this machine.`,
    },
    overview(all),
    ...shown.flatMap((runtime) => runtimeBlocks(input, runtime)),
    ...(all.length > shown.length
      ? [
          {
            kind: "paragraph" as const,
            text: `${all.length - shown.length} more runtimes are in the table above only.`,
          },
        ]
      : []),
    { kind: "heading", level: 2, text: "The machine" },
    {
      kind: "table",
      head: ["Fact", "Value"],
      numbers: [],
      rows: [
        ["Host", host.hostName],
        ["System", `${host.operatingSystem}, kernel ${host.kernel}, ${host.architecture}`],
        ["CPU", `${host.cpuModel}, ${host.onlineCpus} online`],
        ["Busy", coresWithUnit(valueOrNull(frame.host.busyCores))],
        ["Memory", `${bytes(host.memoryBytes)}, ${bytes(frame.host.memoryAvailableBytes)} available`],
      ],
    },
    { kind: "heading", level: 2, text: "What could be seen" },
    { kind: "list", title: null, items: frame.capabilities.map(capabilitySentence) },
    { kind: "heading", level: 2, text: "How it was measured" },
    { kind: "list", title: null, items: MEASURED.map(([name, figure]) => `${name}: ${HOW_MEASURED[figure]}`) },
    {
      kind: "paragraph",
      text: `Written by Gilscope ${header.programVersion}. ${redacted ? "What looked like a secret was replaced." : "Command lines are as they were, secrets included."}`,
    },
  ];
}
