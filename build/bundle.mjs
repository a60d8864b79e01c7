import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { withLock } from "./lib/lock.mjs";
import { ROOT } from "./lib/paths.mjs";
import { StepFailed, say } from "./lib/step.mjs";

const OUT = join(ROOT, "out");

/** What runs in Node or Electron: file in `out/` → its source. The bundles find each other through `__dirname`. */
const NODE_BUNDLES = {
  main: "electron/main.ts",
  preload: "electron/preload.ts",
  "cli-host": "electron/cli-host.ts",
  cli: "cli/main.ts",
  "sampler-tables": "sampler/tables-worker.ts",
  "sampler-probe": "sampler/probe-worker.ts",
  "sampler-memory": "sampler/memory-worker.ts",
  "sampler-portable": "sampler/portable-worker.ts",
  "sampler-picture": "sampler/picture-worker.ts",
};

/** What pictures are drawn with: file in `out/pictures/` → where its package has it. */
const PICTURE_FILES = {
  "resvg.wasm": "@resvg/resvg-wasm/index_bg.wasm",
  "DejaVuSans.ttf": "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
};

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {readonly string[]} inputs Files and folders whose content decides whether the part is stale.
 * @property {readonly string[]} outputs
 * @property {() => Promise<void>} make
 */

/** @type {readonly Part[]} */
const PARTS = [
  {
    name: "programs",
    inputs: ["core", "words", "sampler", "cli", "electron", "build/bundle.mjs", "package.json", "package-lock.json"],
    outputs: [
      ...Object.keys(NODE_BUNDLES).map((name) => `${name}.cjs`),
      ...Object.keys(PICTURE_FILES).map((name) => `pictures/${name}`),
    ],
    make: async () => {
      await bundleNode(NODE_BUNDLES, OUT);
      copyPictureFiles(OUT);
      chmodSync(join(OUT, "cli.cjs"), 0o755);
    },
  },
  {
    name: "page",
    inputs: ["core", "words", "renderer", "build/bundle.mjs", "package-lock.json"],
    outputs: ["page/index.html"],
    make: () => bundlePage("production"),
  },
];

/** @type {Part} The page on a simulated machine, which only tests open. */
const SIMULATED_PAGE = {
  name: "simulated page",
  inputs: ["core", "words", "renderer", "build/bundle.mjs", "package-lock.json"],
  outputs: ["page-simulated/index.html"],
  make: () => bundlePage("simulated"),
};

/**
 * Builds what is stale: a part is when the content of its inputs, or its outputs, are not those of its last build.
 * @param {{ simulated?: boolean }} [options] `simulated`: the tests' page too.
 */
export async function ensureBuilt({ simulated = false } = {}) {
  const parts = simulated ? [...PARTS, SIMULATED_PAGE] : PARTS;
  if (parts.every((part) => isFresh(part, hashOf(part)))) return;
  await withLock("build", async () => {
    for (const part of parts) {
      const hash = hashOf(part);
      if (isFresh(part, hash)) continue;
      const started = Date.now();
      try {
        await part.make();
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        throw new StepFailed(`build the ${part.name}`, problem, "mend the source above; `npm run check` says more");
      }
      mkdirSync(OUT, { recursive: true });
      writeFileSync(stampOf(part), hash);
      say(`built the ${part.name} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    }
  });
}

/** @param {Part} part */
function stampOf(part) {
  return join(OUT, `.${part.name.replaceAll(" ", "-")}.sha256`);
}

/**
 * @param {Part} part
 * @param {string} hash
 */
function isFresh(part, hash) {
  const stamp = stampOf(part);
  return (
    existsSync(stamp) &&
    readFileSync(stamp, "utf8") === hash &&
    part.outputs.every((output) => existsSync(join(OUT, output)))
  );
}

/** @param {Part} part */
function hashOf(part) {
  const hash = createHash("sha256");
  for (const input of part.inputs) addToHash(hash, input);
  return hash.digest("hex");
}

/**
 * @param {import("node:crypto").Hash} hash
 * @param {string} path Relative to the project.
 */
function addToHash(hash, path) {
  const full = join(ROOT, path);
  if (/\.(ts|tsx|mjs|js|css|html|json|svg|png|woff2|py|c)$/.test(path)) {
    if (!/\.test\.tsx?$/.test(path)) hash.update(`${path}\0`).update(readFileSync(full)).update("\0");
    return;
  }
  let entries;
  try {
    entries = readdirSync(full, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory() || /\.\w+$/.test(entry.name)) addToHash(hash, `${path}/${entry.name}`);
  }
}

/**
 * Bundles programs for the oldest engine they run on.
 * @param {Readonly<Record<string, string>>} entryPoints File without its ending → its source.
 * @param {string} outdir
 */
export async function bundleNode(entryPoints, outdir) {
  const { build, stop } = await import("esbuild");
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints,
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node16",
    // One character beyond Latin-1 would make the engine hold the whole bundle in two bytes a character.
    charset: "ascii",
    legalComments: "none",
    loader: { ".png": "dataurl" },
    external: ["electron", "osx-temperature-sensor", "@playwright/test"],
    logLevel: "silent",
  });
  await stop();
  for (const name of Object.keys(entryPoints)) escapeRest(join(outdir, `${name}.cjs`));
  for (const warning of result.warnings) say(`esbuild: ${warning.location?.file ?? ""} ${warning.text}`);
}

/**
 * Escapes the characters that esbuild leaves as they are: those in comments and in regular expressions.
 * @param {string} path
 */
function escapeRest(path) {
  const text = readFileSync(path, "utf8");
  const escaped = text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  if (escaped !== text) writeFileSync(path, escaped);
}

/**
 * Puts what pictures are drawn with beside the bundles.
 * @param {string} outdir
 */
function copyPictureFiles(outdir) {
  const { resolve } = createRequire(import.meta.url);
  mkdirSync(join(outdir, "pictures"), { recursive: true });
  for (const [name, source] of Object.entries(PICTURE_FILES))
    copyFileSync(resolve(source), join(outdir, "pictures", name));
}

/** @param {"production" | "simulated"} mode */
async function bundlePage(mode) {
  const { build } = await import("vite");
  await build({
    configFile: join(ROOT, "renderer", "vite.config.ts"),
    configLoader: "runner",
    mode,
    logLevel: "warn",
  });
}
