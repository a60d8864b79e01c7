import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import type { PictureWorkerData } from "./worker-messages.ts";

/** Points for each unit of the drawing: sharp on screens with twice the usual density. */
const ZOOM = 2;
const FONT = "DejaVu Sans";

/**
 * Draws one SVG as PNG and ends. A thread of its own, so that nobody waits and the rasteriser's memory goes with it.
 * Text is drawn in the font beside it: a server may have none.
 */
async function draw({ svg, picturesDirectory }: PictureWorkerData): Promise<Uint8Array> {
  const [wasm, font] = await Promise.all(
    ["resvg.wasm", "DejaVuSans.ttf"].map((name) => readFile(join(picturesDirectory, name))),
  );
  await initWasm(wasm as Uint8Array);
  const options = {
    fitTo: { mode: "zoom", value: ZOOM },
    font: { fontBuffers: [font as Uint8Array], defaultFontFamily: FONT, sansSerifFamily: FONT },
  } as const;
  return new Resvg(svg, options).render().asPng();
}

void draw(workerData as PictureWorkerData).then((png) => parentPort?.postMessage(png));
