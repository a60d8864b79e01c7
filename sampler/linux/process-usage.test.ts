import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { usageReader } from "./process-usage.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "usage-"));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

function processFiles(pid: number, name: string, userTicks: number, systemTicks: number, pages: number): void {
  fs.mkdirSync(path.join(root, String(pid)));
  const before = `${pid} (${name}) S 1 1 1 0 -1 4194560 1 2 3 4 ${userTicks} ${systemTicks} 7000 8000`;
  fs.writeFileSync(path.join(root, String(pid), "stat"), `${before} 20 0 3 0 99 1000 ${pages} 18446744073709551615\n`);
}

describe("the usage of processes", () => {
  it("is their own CPU time, without that of children they waited for, and what is resident; none of those that ended", async () => {
    processFiles(10, "a) R 1 (", 150, 50, 3);
    processFiles(11, "b", 0, 1, 5);
    const usage = await usageReader(root)([10, 12, 11]);
    expect([...usage]).toEqual([
      [10, { cpuSeconds: 2, rssBytes: 3 * 4096 }],
      [11, { cpuSeconds: 0.01, rssBytes: 5 * 4096 }],
    ]);
  });
});
