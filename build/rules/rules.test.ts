import { describe, expect, it } from "vitest";
import { engineBreaches } from "./engines.mjs";
import { layerBreaches } from "./layers.mjs";
import { placeBreaches } from "./places.mjs";

describe("layers", () => {
  it.each([
    ["core/a.ts", 'import { b } from "../sampler/b.ts";', 1],
    ["core/a.ts", 'import {\n  b,\n} from "../sampler/b.ts";', 1],
    ["core/a.ts", 'import { readFile } from "node:fs";', 1],
    ["core/a.ts", 'import { z } from "zod";\nimport type { C } from "./c.ts";', 0],
    ["core/a.ts", 'import { app } from "electron";', 2],
    ["words/a.ts", 'import type { B } from "../core/b.ts";', 0],
    ["sampler/linux/a.ts", 'import { b } from "../../core/b.ts";', 0],
    ["sampler/linux/a.ts", 'export * from "../../cli/b.ts";', 1],
    ["sampler/a.ts", 'const b = await import("../renderer/b.ts");', 1],
    ["cli/a.ts", 'import electron from "electron";', 1],
    ["electron/a.ts", 'import { app } from "electron";\nimport { b } from "../sampler/b.ts";', 0],
    ["electron/a.ts", 'import { b } from "../renderer/b.ts";', 1],
    ["renderer/a.tsx", 'import { b } from "../sampler/b.ts";', 1],
    ["renderer/a.tsx", 'import { join } from "node:path";', 1],
    ["renderer/a.tsx", 'import React from "react";\nimport { b } from "../words/b.ts";', 0],
    ["core/a.test.ts", 'import { readFile } from "node:fs";', 0],
  ])("%s with %j has %i breaches", (path, text, count) => {
    expect(layerBreaches(path, text)).toHaveLength(count);
  });
});

describe("engines", () => {
  it.each([
    ["sampler/a.ts", "const copy = structuredClone(value);", 1],
    ["sampler/a.ts", "this.fetch(1);", 0],
    ["cli/a.ts", "server.closeAllConnections();", 1],
    ["cli/a.ts", "server.closeAllConnections?.();", 0],
    ["cli/a.ts", "// structuredClone( is not there yet", 0],
    ["renderer/a.ts", "structuredClone(value)", 0],
  ])("%s with %j has %i breaches", (path, text, count) => {
    expect(engineBreaches(path, text)).toHaveLength(count);
  });
});

describe("places", () => {
  it("finds a registry's host and lets an address of the project be", () => {
    expect(placeBreaches("a.md", `see https://registry.${"npmjs.org"}/x`)).toHaveLength(1);
    expect(placeBreaches("a.md", "see https://www.electronjs.org/docs")).toHaveLength(0);
  });
});
