import type { Exporter } from "../../core/export/exporter.ts";
import { markdownText } from "../markdown-text.ts";
import { type Block, reportBlocks } from "./report-blocks.ts";

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${markdownText(block.text)}`;
    case "paragraph":
      return markdownText(block.text);
    case "verdict":
      return `**${markdownText(block.label)}:** ${markdownText(block.text)}`;
    case "list": {
      const items = block.items.map((item) => `- ${markdownText(item)}`).join("\n");
      return block.title === null ? items : `${markdownText(block.title)}:\n\n${items}`;
    }
    case "table":
      return [
        row(block.head.map(markdownText)),
        row(block.head.map((_, column) => (block.numbers.includes(column) ? "---:" : "---"))),
        ...block.rows.map((cells) => row(cells.map(markdownText))),
      ].join("\n");
    case "figure":
      return "";
  }
}

/** A report as Markdown, without charts. */
export const markdownExporter: Exporter = {
  ending: ".md",
  mediaType: "text/markdown",
  span: "minute",
  write: (input) => `${reportBlocks(input).map(blockText).filter(Boolean).join("\n\n")}\n`,
};
