import type { Place } from "./place.ts";
import { attributes, escapeXml, number } from "./svg-text.ts";

/** What a style sheet says and a file of its own must say itself. */
const PROPERTIES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
] as const;

/** Attributes that carry the drawing itself. */
const KEPT =
  /^(?:d|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|dx|dy|width|height|points|transform|id|offset|viewBox|clip-path|patternUnits|patternTransform|preserveAspectRatio)$/;
const ELEMENTS = new Set(
  "svg g path rect circle ellipse line polyline polygon text tspan defs clipPath pattern linearGradient stop".split(
    " ",
  ),
);

/** A drawing of the page (a chart, an icon) at its place, with its colours written into it. */
export function drawingSvg(drawing: SVGSVGElement, place: Place): string {
  const { x, y, width, height } = place;
  const box = drawing.getAttribute("viewBox") ?? `0 0 ${number(width)} ${number(height)}`;
  const frame = attributes({
    x: number(x),
    y: number(y),
    width: number(width),
    height: number(height),
    viewBox: box,
    preserveAspectRatio: drawing.getAttribute("preserveAspectRatio") ?? "",
  });
  return `<svg ${frame}>${children(drawing)}</svg>`;
}

function children(parent: Element): string {
  return [...parent.childNodes]
    .map((child) => {
      if (child instanceof Text) return escapeXml(child.data);
      return child instanceof SVGElement && ELEMENTS.has(child.localName) ? elementSvg(child) : "";
    })
    .join("");
}

function elementSvg(element: SVGElement): string {
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility !== "visible") return "";
  const own = Object.fromEntries(
    [...element.attributes].filter(({ name }) => KEPT.test(name)).map(({ name, value }) => [name, value]),
  );
  const looks = Object.fromEntries(PROPERTIES.map((name) => [name, style.getPropertyValue(name)]));
  return `<${element.localName} ${attributes({ ...own, ...looks })}>${children(element)}</${element.localName}>`;
}

/** A canvas at its place, as the picture that is on it. */
export function canvasSvg(canvas: HTMLCanvasElement, { x, y, width, height }: Place): string {
  return `<image ${attributes({
    x: number(x),
    y: number(y),
    width: number(width),
    height: number(height),
    href: copyOf(canvas).toDataURL("image/png"),
  })}/>`;
}

/** A canvas that is drawn on from outside the page can't be read itself, but drawn. */
function copyOf(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  if (copy.width > 0 && copy.height > 0) copy.getContext("2d")?.drawImage(canvas, 0, 0);
  return copy;
}
