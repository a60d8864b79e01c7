import { type RefObject, useLayoutEffect } from "react";
import type { Size } from "./size.ts";

/** Draws on a canvas in CSS pixels; `scale` is how many device pixels one is wide. */
export type Draw = (context: CanvasRenderingContext2D, size: Size, scale: number) => void;

/** Makes a canvas as large as asked in device pixels and draws on it. Does nothing where there is no canvas to draw on. */
export function drawOn(canvas: HTMLCanvasElement | null, size: Size | null, draw: Draw): void {
  const context = canvas?.getContext("2d");
  if (!canvas || !context || !size || size.width <= 0 || size.height <= 0) return;
  const scale = window.devicePixelRatio || 1;
  const width = Math.round(size.width * scale);
  const height = Math.round(size.height * scale);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  draw(context, size, scale);
}

/** Draws again whenever the size or the drawing, which its maker keeps as long as it would look the same, is another. */
export function useDrawing(canvas: RefObject<HTMLCanvasElement | null>, size: Size | null, draw: Draw): void {
  useLayoutEffect(() => drawOn(canvas.current, size, draw), [canvas, size, draw]);
}
