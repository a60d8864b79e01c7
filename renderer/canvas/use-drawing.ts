import { type RefObject, useLayoutEffect } from "react";
import type { Size } from "./size.ts";

/** Draws on a canvas in CSS pixels; `scale` is how many device pixels one is wide. */
export type Draw = (context: CanvasRenderingContext2D, size: Size, scale: number) => void;

/** What is drawn with: on a canvas of the page, or on one that is shown without the page being laid out and painted for it. */
export type Pen = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** A canvas to draw on in CSS pixels. */
export interface Surface<Context extends Pen> {
  readonly context: Context;
  /** Device pixels per CSS pixel. */
  readonly scale: number;
  /** Whether what was drawn before is lost. */
  readonly isBlank: boolean;
}

/** Makes a canvas as large as asked in device pixels; null where it has no room. */
export function surfaceOf<Context extends Pen>(
  context: Context | null | undefined,
  size: Size | null,
): Surface<Context> | null {
  if (!context || !size || size.width <= 0 || size.height <= 0) return null;
  const { canvas } = context;
  const scale = window.devicePixelRatio || 1;
  const width = Math.round(size.width * scale);
  const height = Math.round(size.height * scale);
  const isBlank = canvas.width !== width || canvas.height !== height;
  if (isBlank) {
    canvas.width = width;
    canvas.height = height;
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return { context, scale, isBlank };
}

/** Draws anew on a canvas that is made as large as asked. Does nothing where there is no canvas to draw on. */
function drawOn(canvas: HTMLCanvasElement | null, size: Size | null, draw: Draw): void {
  const surface = surfaceOf(canvas?.getContext("2d"), size);
  if (!surface || !size) return;
  surface.context.clearRect(0, 0, size.width, size.height);
  draw(surface.context, size, surface.scale);
}

/** Draws again whenever the size or the drawing, which its maker keeps as long as it would look the same, is another. */
export function useDrawing(canvas: RefObject<HTMLCanvasElement | null>, size: Size | null, draw: Draw): void {
  useLayoutEffect(() => drawOn(canvas.current, size, draw), [canvas, size, draw]);
}
