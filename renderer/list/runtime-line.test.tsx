// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Transport } from "../../core/page/protocol.ts";
import { createPage, type Page } from "../page/page.ts";
import { browserSurroundings } from "../page/surroundings.ts";
import { PageContext } from "../page/use-page.ts";
import { frameView, row } from "../testing/rows.ts";
import { RuntimeLine } from "./runtime-row.tsx";

afterEach(cleanup);

const silent: Transport = { request: () => new Promise(() => undefined) };

function pageWith(...rows: readonly ReturnType<typeof row>[]): Page {
  const page = createPage(silent, browserSurroundings(window));
  page.list.take(frameView(rows), 0);
  return page;
}

function show(page: Page, rowId: number, ended = false) {
  return render(
    <PageContext value={page}>
      <RuntimeLine rowId={rowId} depth={0} ended={ended} index={0} top={0} height={48} />
    </PageContext>,
  );
}

const HOSTILE = [
  '<img src=x onerror="alert(1)">',
  "</span><script>alert(1)</script>",
  "=cmd|'/C calc'!A0",
  "new\nline) R 1 1 (",
  "x".repeat(100_000),
  "{{constructor.constructor(1)}}",
];

describe("a runtime's line", () => {
  it.each(HOSTILE)("shows a hostile name as text only (%#)", (name) => {
    const { container } = show(pageWith(row(1, { name })), 1);
    expect(container.querySelector("img, script")).toBeNull();
    expect(container.querySelector(".name")?.textContent).toBe(name);
    expect(container.querySelector(".name")?.getAttribute("title")).toBe(name);
  });

  it("says its verdict in words and in data, not in colour alone", () => {
    show(pageWith(row(1, { verdict: "gil-bound", cpuCores: 1, pid: 41210 })), 1);
    const line = screen.getByTestId("runtime-row");
    expect(line.textContent).toContain("GIL-bound");
    expect(line.textContent).toContain("1.00");
    expect(line.dataset).toMatchObject({ rowId: "1", pid: "41210", verdict: "gil-bound" });
  });

  it("shows what is not known as not known, and an ended runtime as ended", () => {
    show(pageWith(row(1, { cpuCores: null, rssBytes: null })), 1);
    expect(screen.getByTestId("runtime-row").querySelector(".figure")?.textContent).toBe("–");
    cleanup();
    show(pageWith(row(2, { verdict: "parallel" })), 2, true);
    expect(screen.getByTestId("runtime-row").textContent).toContain("Ended");
  });
});
