import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";

vi.mock("electron", () => ({ protocol: {} }));
const { pageFile } = await import("./page-scheme.ts");

const folder = mkdtempSync(join(tmpdir(), "gilscope-test-"));
mkdirSync(join(folder, "page", "assets"), { recursive: true });
writeFileSync(join(folder, "main.js"), "secret");
writeFileSync(join(folder, "page", "index.html"), "page");
writeFileSync(join(folder, "page", "assets", "a b.js"), "script");
writeFileSync(join(folder, "page", "notes.txt"), "text");
writeFileSync(join(folder, "page", ".hidden.js"), "hidden");
afterAll(() => rmSync(folder, { recursive: true }));

describe("pageFile", () => {
  it.each([
    ["gilscope://app/index.html", "page", "text/html; charset=utf-8"],
    ["gilscope://app/index.html?a=1#recovered=crashed", "page", "text/html; charset=utf-8"],
    ["gilscope://app/assets/a%20b.js", "script", "text/javascript; charset=utf-8"],
  ])("serves %s", async (address, body, mediaType) => {
    const file = await pageFile(join(folder, "page"), address);
    expect({ ...file, body: file.body.toString() }).toMatchObject({ status: 200, body });
    expect(file.headers["Content-Type"]).toBe(mediaType);
    expect(file.headers["Content-Security-Policy"]).toContain("default-src 'none'");
  });

  it.each([
    "gilscope://app/",
    "gilscope://app/missing.js",
    "gilscope://app/%2e%2e/main.js",
    "gilscope://app/..%2fmain.js",
    "gilscope://app/assets/..%2f..%2fmain.js",
    "gilscope://app/.hidden.js",
    "gilscope://app/notes.txt",
    "gilscope://app/index.html%00.js",
    "gilscope://app/%ff.js",
    "gilscope://other/index.html",
    "file:///etc/passwd",
    "nonsense",
  ])("does not serve %s", async (address) => {
    expect((await pageFile(join(folder, "page"), address)).status).toBe(404);
  });
});
