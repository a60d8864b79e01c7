import type { Desk } from "../act/desk.ts";
import type { Page } from "../page/page.ts";
import { svgOf } from "./svg-of.ts";

/** Pixels of a PNG for each pixel of the page, in a browser. */
const SCALE = 2;

/** Saves a picture of an element as it looks. The desktop photographs its window for a PNG; a browser draws the SVG. */
export async function savePicture(
  page: Page,
  desk: Desk,
  element: Element,
  name: string,
  kind: "svg" | "png",
): Promise<void> {
  try {
    if (page.store.get().welcome?.shell === "desktop") {
      const whole = element.classList.contains("window");
      const { left, top, width, height } = element.getBoundingClientRect();
      const area = whole ? null : { x: Math.max(0, left), y: Math.max(0, top), width, height };
      await desk.savePicture(name, kind === "png" ? { kind, area } : { kind, text: svgOf(element) });
      return;
    }
    const svg = svgOf(element);
    if (kind === "svg") page.download(`${name}.svg`, "image/svg+xml", svg);
    else page.download(`${name}.png`, "image/png", await pngOf(svg));
  } catch (error) {
    page.say("failed", `The picture could not be made: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function pngOf(svg: string): Promise<Uint8Array> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * SCALE;
  canvas.height = image.height * SCALE;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("the browser gave no picture");
  return new Uint8Array(await blob.arrayBuffer());
}
