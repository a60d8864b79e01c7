import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { simulatedEngine } from "../../sampler/testing/simulated-engine.ts";
import { createMetrics } from "./metrics.ts";

const MACHINES = 1000;
const INTERVAL_SECONDS = 30;
/** Bytes of one sample on Prometheus' disk, as its documentation plans with (1 to 2). */
const BYTES_PER_SAMPLE = 2;
const RETENTION_DAYS = 15;

interface Scrape {
  readonly series: number;
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** One scrape of a machine that runs so many programs, each with two runtimes of eight threads. */
async function scrapeOf(programs: number): Promise<Scrape> {
  const engine = simulatedEngine(64);
  const metrics = createMetrics(engine, "1.0.0");
  const processes = Array.from({ length: programs * 2 }, (_, index) => ({
    pid: 1000 + index * 10,
    commandLine: ["python3", `/srv/apps/service-${Math.floor(index / 2)}.py`],
    threads: Array.from({ length: 8 }, () => ({ run: 0.1, rest: { gilWait: 1 } })),
  }));
  for (let second = 0; second < 6; second += 1) engine.step({ processes });
  const { text } = await metrics.answer("application/openmetrics-text");
  metrics.close();
  const series = text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;
  return { series, bytes: text.length, compressedBytes: gzipSync(text, { level: 1 }).length };
}

function row(name: string, { series, bytes, compressedBytes }: Scrape): string {
  const rate = (series * MACHINES) / INTERVAL_SECONDS;
  const diskBytes = rate * 86_400 * RETENTION_DAYS * BYTES_PER_SAMPLE;
  const cells = [
    name,
    String(series),
    `${(bytes / 1000).toFixed(0)} kB`,
    `${(compressedBytes / 1000).toFixed(1)} kB`,
    `${((series * MACHINES) / 1e6).toFixed(2)} million`,
    `${(rate / 1000).toFixed(1)} thousand`,
    `${((compressedBytes * MACHINES) / INTERVAL_SECONDS / 1e6).toFixed(2)} MB/s`,
    `${(diskBytes / 1e9).toFixed(0)} GB`,
  ];
  return `| ${cells.join(" | ")} |`;
}

describe("a fleet of 1,000 machines, on paper", () => {
  it("costs what docs/metrics.md says", async () => {
    const documented = await readFile("docs/metrics.md", "utf8");
    for (const [name, programs] of [
      ["3 programs", 3],
      ["10 programs", 10],
      ["100 programs and more", 120],
    ] as const) {
      const computed = row(name, await scrapeOf(programs));
      expect.soft(documented.includes(computed), `docs/metrics.md should have the line\n${computed}\n`).toBe(true);
    }
  });
});
