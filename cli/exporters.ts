import type { Exporters, TextExporters } from "../core/export/exporter.ts";
import { collapsedExporter, speedscopeExporter } from "../core/export/profile-exporters.ts";
import { snapshotExporter } from "../core/export/snapshot-exporter.ts";
import { traceExporter } from "../core/export/trace-exporter.ts";
import { runtimesCsvExporter, threadsCsvExporter } from "../sampler/export/csv-exporter.ts";
import { pngExporter } from "../sampler/export/png-exporter.ts";
import { htmlExporter } from "../words/export/html-exporter.ts";
import { markdownExporter } from "../words/export/markdown-exporter.ts";
import { svgExporter } from "../words/export/svg-exporter.ts";
import { sentence } from "../words/sentences.ts";

/** Every format that is text. */
export const TEXT_EXPORTERS: TextExporters = {
  json: snapshotExporter(sentence),
  "csv-runtimes": runtimesCsvExporter,
  "csv-threads": threadsCsvExporter,
  html: htmlExporter,
  md: markdownExporter,
  svg: svgExporter,
  trace: traceExporter,
  speedscope: speedscopeExporter,
  collapsed: collapsedExporter,
};

/** Every format that window, browser and command line export. `bundleDirectory` holds what draws pictures. */
export function exportersIn(bundleDirectory: string): Exporters {
  return { ...TEXT_EXPORTERS, png: pngExporter(svgExporter, bundleDirectory) };
}
