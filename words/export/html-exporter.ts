import type { Exporter } from "../../core/export/exporter.ts";
import { type Block, reportBlocks } from "./report-blocks.ts";
import { markupText } from "./svg-text.ts";

/** The only style the page takes; its policy names the digest below. */
export const REPORT_STYLE = `
:root { color-scheme: light; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 62rem; color: #151a21; background: #fff; font: 15px/1.5 Inter, system-ui, "Segoe UI", sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .5rem; padding-top: 1rem; border-top: 1px solid #e1e5eb; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
ul { margin: .25rem 0 .75rem; padding-left: 1.2rem; }
.verdict { margin: .5rem 0 1rem; padding: .7rem 1rem; border-left: 4px solid #b5410c; background: #f3f4f7; font-size: 1.05rem; }
.verdict b { margin-right: .4rem; }
figure { margin: 1rem 0; overflow-x: auto; }
svg { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0 1rem; font-size: .86rem; min-width: 40%; }
th, td { padding: .28rem .6rem; border-bottom: 1px solid #e1e5eb; text-align: left; vertical-align: top; overflow-wrap: break-word; }
td:last-child { overflow-wrap: anywhere; }
th { color: #535d6e; font-weight: 600; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2, h3 { break-after: avoid; }
  tr, figure, .verdict { break-inside: avoid; }
  .scroll { overflow: visible; }
}
`;

/** SHA-256 of the style, Base64, as Content-Security-Policy names it. */
export const REPORT_STYLE_DIGEST = "5PWuCsgvIH1GWCUSF/5s5y8fz1iRYCJAnZHUp+xpY5E=";

const POLICY = `default-src 'none'; style-src 'sha256-${REPORT_STYLE_DIGEST}'; base-uri 'none'; form-action 'none'`;

function cellClass(block: Extract<Block, { kind: "table" }>, column: number): string {
  return block.numbers.includes(column) ? ' class="number"' : "";
}

function blockMarkup(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level}>${markupText(block.text)}</h${block.level}>`;
    case "paragraph":
      return `<p>${markupText(block.text)}</p>`;
    case "verdict":
      return `<p class="verdict"><b>${markupText(block.label)}</b> ${markupText(block.text)}</p>`;
    case "list": {
      const items = block.items.map((item) => `<li>${markupText(item)}</li>`).join("\n");
      return `${block.title === null ? "" : `<h3>${markupText(block.title)}</h3>\n`}<ul>\n${items}\n</ul>`;
    }
    case "table": {
      const head = block.head.map(
        (text, column) => `<th scope="col"${cellClass(block, column)}>${markupText(text)}</th>`,
      );
      const rows = block.rows.map(
        (cells) =>
          `<tr>${cells.map((text, column) => `<td${cellClass(block, column)}>${markupText(text)}</td>`).join("")}</tr>`,
      );
      return `<div class="scroll"><table>\n<thead><tr>${head.join("")}</tr></thead>\n<tbody>\n${rows.join("\n")}\n</tbody></table></div>`;
    }
    case "figure":
      return `<figure>${block.svg}</figure>`;
  }
}

/** A report as one HTML page that asks nobody for anything: no script, no address but the name of the SVG vocabulary. */
export const htmlExporter: Exporter = {
  ending: ".html",
  mediaType: "text/html",
  span: "minute",
  write: (input) => {
    const blocks = reportBlocks(input);
    const title = markupText(`Gilscope: Python on ${input.header.host.hostName}`);
    return [
      "<!doctype html>",
      '<html lang="en">',
      "<head>",
      '<meta charset="utf-8">',
      `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      '<meta name="referrer" content="no-referrer">',
      `<title>${title}</title>`,
      `<style>${REPORT_STYLE}</style>`,
      "</head>",
      "<body>",
      "<main>",
      ...blocks.map(blockMarkup),
      "</main>",
      "</body>",
      "</html>",
      "",
    ].join("\n");
  },
};
