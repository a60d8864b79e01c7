import type { Palette } from "../canvas/palette.ts";
import type { Ink, Inks } from "./lane-raster.ts";

const COLORS = ["--state-gil-run", "--state-native", "--state-gil-wait", "--state-sleep", "--line-strong"] as const;
/** Weight of the pattern's colour over the state's. */
const MARK = "--pattern";

/** Pixels of CSS colours drawn one over the other. */
function pixelOf(context: CanvasRenderingContext2D, ...colors: readonly string[]): number {
  context.clearRect(0, 0, 1, 1);
  for (const color of colors) {
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
  }
  return new Uint32Array(context.getImageData(0, 0, 1, 1).data.buffer)[0] ?? 0;
}

/** The theme's colours as lanes are painted with them; null where there is no canvas. */
export function inksOf(palette: Palette): Inks | null {
  const canvas = document.createElement("canvas");
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  const ground = palette.color("--panel");
  const shows = COLORS.map((name, index): Ink => {
    const color = palette.color(name);
    const unknown = index === COLORS.length - 1;
    return {
      plain: unknown ? pixelOf(context, ground) : pixelOf(context, ground, color),
      mark: unknown ? pixelOf(context, ground, color) : pixelOf(context, ground, color, palette.color(MARK)),
    };
  });
  return { shows, ground: pixelOf(context, ground) };
}
