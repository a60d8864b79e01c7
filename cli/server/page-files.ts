import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One file of the page, held in memory. */
export interface PageFile {
  readonly mediaType: string;
  readonly body: Buffer;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
  png: "image/png",
  ico: "image/x-icon",
  woff2: "font/woff2",
  txt: "text/plain; charset=utf-8",
};

/**
 * Reads every file of the built page, by its address. Only these addresses are ever answered, so no address can name
 * another file. Files of a kind the page doesn't use are left out.
 */
export async function readPage(directory: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  const walk = async (folder: string, address: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await walk(path, `${address}${entry.name}/`);
      const mediaType = MEDIA_TYPES[entry.name.slice(entry.name.lastIndexOf(".") + 1)];
      if (entry.isFile() && mediaType !== undefined) {
        files.set(`${address}${entry.name}`, { mediaType, body: await readFile(path) });
      }
    }
  };
  await walk(directory, "/");
  const index = files.get("/index.html");
  if (index !== undefined) files.set("/", index);
  return files;
}
