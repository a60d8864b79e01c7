import { expect, it } from "vitest";
import type { ProcessLine } from "../../core/process/process-list.ts";
import { shownLines } from "./process-order.ts";

const line = (pid: number, name: string | null, cpuCores: number | null): ProcessLine => ({
  rowId: pid,
  pid,
  name,
  userName: "ada",
  threadCount: 1,
  cpuCores,
  rssBytes: pid,
  isRuntime: false,
});
const LINES = [line(1, "init", 0), line(20, "Xorg", 0.5), line(300, null, null)];
const pids = (filter: string, sort: Parameters<typeof shownLines>[2]) =>
  shownLines(LINES, filter, sort).lines.map(({ pid }) => pid);

it("sorts figures from the largest and names from the first, what is not known last or first", () => {
  expect(pids("", "cpuCores")).toEqual([20, 1, 300]);
  expect(pids("", "rssBytes")).toEqual([300, 20, 1]);
  expect(pids("", "pid")).toEqual([1, 20, 300]);
  expect(pids("", "name")).toEqual([300, 1, 20]);
});

it("finds by name, pid and user, each word of the filter", () => {
  expect(pids("XORG", "pid")).toEqual([20]);
  expect(pids("ada 30", "pid")).toEqual([300]);
  expect(pids("bob", "pid")).toEqual([]);
});

it("draws so many and counts the others", () => {
  const many = Array.from({ length: 450 }, (_, index) => line(index, "worker", index));
  const { lines, more } = shownLines(many, "", "cpuCores");
  expect([lines.length, more, lines[0]?.pid]).toEqual([200, 250, 449]);
});
