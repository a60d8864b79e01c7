/**
 * Which rooms a room may import from, besides itself. Imports go one way:
 * core ← words, core ← sampler ← cli ← electron, and core and words ← renderer.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const MAY_IMPORT = {
  core: [],
  words: ["core"],
  sampler: ["core"],
  cli: ["core", "words", "sampler"],
  electron: ["core", "words", "sampler", "cli"],
  renderer: ["core", "words"],
};

/** Rooms that run where there is no Node. */
const WITHOUT_NODE = ["core", "words", "renderer"];

/** npm packages a room may import; a room that is not listed may import any. */
const PACKAGES = /** @type {Readonly<Record<string, readonly string[]>>} */ ({
  core: ["zod"],
  words: [],
});

/**
 * Finds imports that go the wrong way.
 * @param {string} path Of the source, relative to the project, with forward slashes.
 * @param {string} text
 * @returns {string[]} One sentence for each.
 */
export function layerBreaches(path, text) {
  const room = path.split("/")[0] ?? "";
  const allowed = MAY_IMPORT[room];
  if (allowed === undefined || isTest(path)) return [];
  /** @type {string[]} */
  const breaches = [];
  for (const target of importsOf(text)) {
    if (target.startsWith(".")) {
      const other = resolveImport(path, target).split("/")[0] ?? "";
      const known = other in MAY_IMPORT;
      if (other !== room && known && !allowed.includes(other))
        breaches.push(`${path} imports ${target}: ${room} may not know ${other}`);
      continue;
    }
    const name = target.startsWith("@") ? target.split("/").slice(0, 2).join("/") : (target.split("/")[0] ?? "");
    if (name === "electron" && room !== "electron") breaches.push(`${path} imports electron: only electron/ may`);
    if (name.startsWith("node:") && WITHOUT_NODE.includes(room) && !path.endsWith(".config.ts")) {
      breaches.push(`${path} imports ${target}: ${room} runs where there is no Node`);
    }
    const packages = PACKAGES[room];
    if (packages !== undefined && !name.startsWith("node:") && !packages.includes(name)) {
      breaches.push(`${path} imports ${target}: ${room} may import ${packages.join(", ") || "no package"}`);
    }
  }
  return breaches;
}

/** @param {string} path Tests, and what only tests use, may look further. */
function isTest(path) {
  return /\.test\.tsx?$/.test(path) || /\/(testing|bench|simulated)\//.test(path);
}

/** @param {string} text */
function importsOf(text) {
  const statements = text.matchAll(
    /^\s*(?:import|export)\b[^"'`;]*?\bfrom\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|\brequire\(\s*["']([^"']+)["']\s*\)/gm,
  );
  return [...statements].map((match) => match[1] ?? match[2] ?? match[3] ?? match[4] ?? "");
}

/**
 * @param {string} path
 * @param {string} target
 */
function resolveImport(path, target) {
  const parts = path.split("/").slice(0, -1);
  for (const step of target.split("/")) {
    if (step === "..") parts.pop();
    else if (step !== ".") parts.push(step);
  }
  return parts.join("/");
}
