import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Exporter } from "../../core/export/exporter.ts";
import type { PictureWorkerData } from "../worker-messages.ts";

const WORKER_FILE = "sampler-picture.cjs";
const PICTURES_FOLDER = "pictures";

function drawn(svg: string, bundleDirectory: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const data: PictureWorkerData = { svg, picturesDirectory: join(bundleDirectory, PICTURES_FOLDER) };
    const worker = new Worker(join(bundleDirectory, WORKER_FILE), { workerData: data });
    worker.once("message", resolve);
    worker.once("error", (error) => reject(new Error(`the picture can't be drawn (${error.message})`)));
    worker.once("exit", () => reject(new Error("the picture can't be drawn (its thread ended)")));
  });
}

/**
 * The picture of another exporter's SVG.
 * `bundleDirectory` holds the worker `sampler-picture.cjs` and the folder `pictures` with the rasteriser and a font.
 */
export function pngExporter(svg: Exporter, bundleDirectory: string): Exporter<Promise<Uint8Array>> {
  return {
    ending: ".png",
    mediaType: "image/png",
    span: svg.span,
    write: (input) => drawn(svg.write(input), bundleDirectory),
  };
}
