import type { ExportFormat } from "../core/page/protocol.ts";

/** Formats as menus show them, in this order: a title, and what they are for. */
export const EXPORT_FORMAT_LABELS: Readonly<Record<ExportFormat, { readonly title: string; readonly note: string }>> = {
  json: { title: "Snapshot (JSON)", note: "Everything shown; opens again in Gilscope" },
  "csv-runtimes": { title: "Runtimes (CSV)", note: "One line for each runtime" },
  "csv-threads": { title: "Threads (CSV)", note: "One line for each thread of all runtimes" },
  html: { title: "Report (HTML)", note: "Verdicts, evidence and charts on one page that needs nothing else" },
  md: { title: "Report (Markdown)", note: "The same in text, for issues and chats" },
  svg: { title: "Chart (SVG)", note: "CPU by thread of the runtime that loses most" },
  png: { title: "Chart (PNG)", note: "The same as a picture, for slides and chats" },
  trace: { title: "Trace (Perfetto)", note: "Threads and counters over time, for ui.perfetto.dev" },
  speedscope: { title: "Who had the GIL (speedscope)", note: "Functions by the time they had the GIL" },
  collapsed: { title: "Who had the GIL (collapsed stacks)", note: "The same, for flame graph tools" },
};
