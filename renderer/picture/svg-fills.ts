import { escapeXml, number } from "./svg-text.ts";

/** A fill on top of a background colour, and the definition it needs. */
export interface ImageFill {
  readonly definition: string;
  readonly fill: string;
}

const GRADIENT = /(repeating-)?linear-gradient\(((?:[^()]|\([^()]*\))*)\)/g;
const STOP = /(rgba?\([^)]*\)|#[0-9a-f]+|transparent)(?: ([\d.]+)(px|%))?/g;

/** The gradients of a background as a browser computes them: stripes become a pattern, a tint that fades stays a gradient. */
export function imageFills(image: string, newId: () => string): readonly ImageFill[] {
  return [...image.matchAll(GRADIENT)].flatMap(([, repeating, inside = ""]) => {
    const stops = [...inside.matchAll(STOP)].map(([, colour = "", at, unit]) => ({
      colour,
      at: at === undefined ? null : Number(at),
      unit,
    }));
    const angle = Number(/^(-?[\d.]+)deg/.exec(inside)?.[1] ?? 180);
    const [first] = stops;
    const last = stops.at(-1);
    if (first === undefined || last === undefined) return [];
    const id = newId();
    if (repeating !== undefined) {
      const stripe = stops[1]?.at ?? 1;
      const period = last.at ?? stripe * 2;
      // In CSS 90° runs to the right, and stripes lie across; in the pattern they stand upright.
      const definition = `<pattern id="${id}" width="${number(period)}" height="${number(period)}" patternUnits="userSpaceOnUse" patternTransform="rotate(${number(angle - 90)})"><rect width="${number(stripe)}" height="${number(period)}" fill="${escapeXml(first.colour)}"/></pattern>`;
      return [{ definition, fill: `url(#${id})` }];
    }
    if (stops.every(({ colour }) => colour === first.colour)) return [{ definition: "", fill: first.colour }];
    const turn = ((angle - 90) * Math.PI) / 180;
    const half = { x: Math.cos(turn) / 2, y: Math.sin(turn) / 2 };
    const ends = `x1="${number(0.5 - half.x)}" y1="${number(0.5 - half.y)}" x2="${number(0.5 + half.x)}" y2="${number(0.5 + half.y)}"`;
    const parts = stops.map(({ colour, at, unit }, index) => {
      const usual = (index / Math.max(1, stops.length - 1)) * 100;
      const fades = colour === "transparent" || /, 0\)$/.test(colour);
      // Transparent black would darken what fades to it.
      const shown = fades
        ? `stop-color="${escapeXml(first.colour)}" stop-opacity="0"`
        : `stop-color="${escapeXml(colour)}"`;
      return `<stop offset="${number(unit === "%" && at !== null ? at : usual)}%" ${shown}/>`;
    });
    return [
      { definition: `<linearGradient id="${id}" ${ends}>${parts.join("")}</linearGradient>`, fill: `url(#${id})` },
    ];
  });
}
