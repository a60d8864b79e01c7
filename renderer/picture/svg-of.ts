import type { Place } from "./place.ts";
import { imageFills } from "./svg-fills.ts";
import { canvasSvg, drawingSvg } from "./svg-parts.ts";
import { attributes, escapeXml, number } from "./svg-text.ts";

/** Draws what an element shows on the screen, in its theme, as an SVG file of its own: boxes, text, charts and canvases. */
export function svgOf(root: Element): string {
  const frame = root.getBoundingClientRect();
  const background = pageBackground(root);
  const drawing = new Drawing(frame.left, frame.top);
  drawing.element(root);
  const size = attributes({ width: number(frame.width), height: number(frame.height) });
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${number(frame.width)} ${number(frame.height)}"><rect width="100%" height="100%" fill="${escapeXml(background)}"/>${drawing.text()}</svg>\n`;
}

/** The first colour behind an element. */
function pageBackground(from: Element): string {
  for (let element: Element | null = from; element !== null; element = element.parentElement) {
    const { backgroundColor } = getComputedStyle(element);
    if (isVisibleColour(backgroundColor)) return backgroundColor;
  }
  return "white";
}

function isVisibleColour(colour: string): boolean {
  return colour !== "" && colour !== "transparent" && !/,\s*0\)$/.test(colour);
}

const SIDES = ["top", "right", "bottom", "left"] as const;

class Drawing {
  readonly #left: number;
  readonly #top: number;
  readonly #parts: string[] = [];
  readonly #measure = document.createElement("canvas").getContext("2d");
  #ids = 0;

  constructor(left: number, top: number) {
    this.#left = left;
    this.#top = top;
  }

  text(): string {
    return this.#parts.join("");
  }

  element(element: Element): void {
    const style = getComputedStyle(element);
    if (style.display === "none" || Number(style.opacity) === 0) return;
    const box = element.getBoundingClientRect();
    // What is only there for screen readers is one pixel large.
    if (element.matches(".hidden, .toasts, dialog")) return;
    const place = { x: box.left - this.#left, y: box.top - this.#top, width: box.width, height: box.height };
    if (style.visibility === "visible" && box.width > 0 && box.height > 0) {
      if (element instanceof SVGSVGElement) {
        this.#parts.push(drawingSvg(element, place));
        return;
      }
      if (element instanceof HTMLCanvasElement) {
        this.#parts.push(canvasSvg(element, place));
        return;
      }
      this.#box(style, place);
      const shown = shownIn(element);
      if (shown !== "") this.#control(shown, style, place);
    }
    const clipped = style.overflowX !== "visible" || style.overflowY !== "visible";
    const opacity = Number(style.opacity);
    if (clipped || opacity < 1) this.#open(clipped ? place : null, opacity);
    if (!(element instanceof HTMLSelectElement)) {
      for (const child of childrenInOrder(element)) {
        if (child instanceof Element) this.element(child);
        else if (child instanceof Text && style.visibility === "visible") this.#words(child, style);
      }
    }
    if (clipped || opacity < 1) this.#parts.push("</g>");
  }

  #newId(kind: string): string {
    this.#ids += 1;
    return `${kind}${this.#ids}`;
  }

  #open(place: Place | null, opacity: number): void {
    let clip = "";
    if (place !== null) {
      const id = this.#newId("clip");
      clip = ` clip-path="url(#${id})"`;
      this.#parts.push(`<clipPath id="${id}"><rect ${rectangle(place)}/></clipPath>`);
    }
    this.#parts.push(`<g${clip}${opacity < 1 ? ` opacity="${number(opacity)}"` : ""}>`);
  }

  #box(style: CSSStyleDeclaration, place: Place): void {
    const radius = Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, place.height / 2, place.width / 2);
    const round = radius > 0 ? ` rx="${number(radius)}"` : "";
    const fill = (colour: string) =>
      this.#parts.push(`<rect ${rectangle(place)}${round} fill="${escapeXml(colour)}"/>`);
    if (isVisibleColour(style.backgroundColor)) fill(style.backgroundColor);
    for (const image of imageFills(style.backgroundImage, () => this.#newId("fill"))) {
      this.#parts.push(image.definition);
      fill(image.fill);
    }
    const borders = SIDES.map((side) => ({
      side,
      width:
        style.getPropertyValue(`border-${side}-style`) === "none"
          ? 0
          : Number.parseFloat(style.getPropertyValue(`border-${side}-width`)),
      colour: style.getPropertyValue(`border-${side}-color`),
    }));
    const [first] = borders;
    if (
      first !== undefined &&
      first.width > 0 &&
      borders.every(({ width, colour }) => width === first.width && colour === first.colour)
    ) {
      const inset = first.width / 2;
      const inner = {
        x: place.x + inset,
        y: place.y + inset,
        width: place.width - first.width,
        height: place.height - first.width,
      };
      if (isVisibleColour(first.colour) && inner.width > 0 && inner.height > 0) {
        this.#parts.push(
          `<rect ${rectangle(inner)}${round} fill="none" stroke="${escapeXml(first.colour)}" stroke-width="${number(first.width)}"/>`,
        );
      }
      return;
    }
    for (const { side, width, colour } of borders) {
      if (width === 0 || !isVisibleColour(colour)) continue;
      const line = {
        x: side === "right" ? place.x + place.width - width : place.x,
        y: side === "bottom" ? place.y + place.height - width : place.y,
        width: side === "left" || side === "right" ? width : place.width,
        height: side === "top" || side === "bottom" ? width : place.height,
      };
      this.#parts.push(`<rect ${rectangle(line)} fill="${escapeXml(colour)}"/>`);
    }
  }

  /** Text that a control shows and no text node holds. */
  #control(shown: string, style: CSSStyleDeclaration, place: Place): void {
    const x = place.x + Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.borderLeftWidth);
    this.#line(shown, style, { ...place, x });
  }

  /** One text node, line by line as it is broken on the screen. */
  #words(node: Text, style: CSSStyleDeclaration): void {
    if (node.data.trim() === "") return;
    const range = document.createRange();
    let line: { text: string; place: Place } | null = null;
    for (const { 0: word, index } of node.data.matchAll(/\S+\s*/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.trimEnd().length);
      const box = range.getBoundingClientRect();
      if (box.width === 0) continue;
      const place = { x: box.left - this.#left, y: box.top - this.#top, width: box.width, height: box.height };
      if (line !== null && Math.abs(line.place.y - place.y) < 2) {
        line.text += word;
        continue;
      }
      if (line !== null) this.#line(line.text, style, line.place);
      line = { text: word, place };
    }
    if (line !== null) this.#line(line.text, style, line.place);
  }

  #line(text: string, style: CSSStyleDeclaration, place: Place): void {
    const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    if (this.#measure) this.#measure.font = font;
    const metrics = this.#measure?.measureText(text);
    const ascent = metrics?.fontBoundingBoxAscent ?? place.height * 0.8;
    const descent = metrics?.fontBoundingBoxDescent ?? place.height * 0.2;
    const shown = style.textTransform === "uppercase" ? text.toUpperCase() : text;
    this.#parts.push(
      `<text ${attributes({
        x: number(place.x),
        y: number(place.y + (place.height - ascent - descent) / 2 + ascent),
        fill: style.color,
        "font-family": style.fontFamily,
        "font-size": style.fontSize,
        "font-weight": style.fontWeight,
        "letter-spacing": style.letterSpacing === "normal" ? "" : style.letterSpacing,
      })}>${escapeXml(shown.trimEnd())}</text>`,
    );
  }
}

function shownIn(element: Element): string {
  if (element instanceof HTMLInputElement) return element.type === "text" ? element.value || element.placeholder : "";
  return element instanceof HTMLSelectElement ? (element.selectedOptions[0]?.label ?? "") : "";
}

/** What is positioned lies over what is not; a folded part shows its summary only. */
function childrenInOrder(element: Element): readonly Node[] {
  const folded = element instanceof HTMLDetailsElement && !element.open;
  const children = [...element.childNodes].filter(
    (child) => !folded || (child instanceof Element && child.localName === "summary"),
  );
  const lies = (child: Node) =>
    child instanceof Element && ["absolute", "fixed"].includes(getComputedStyle(child).position) ? 1 : 0;
  return children.sort((left, right) => lies(left) - lies(right));
}

function rectangle({ x, y, width, height }: Place): string {
  return attributes({ x: number(x), y: number(y), width: number(width), height: number(height) });
}
