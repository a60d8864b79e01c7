import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL } from "../../core/testing/scenarios.ts";
import { VERDICT_IDS } from "../../core/verdict/verdict.ts";
import { type SimulatedEngine, simulatedEngine } from "../../sampler/testing/simulated-engine.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { readTokenFile } from "./token-file.ts";

let engine: SimulatedEngine;
let metrics: Metrics;

beforeEach(() => {
  engine = simulatedEngine();
  metrics = createMetrics(engine, "1.2.3");
});

afterEach(() => metrics.close());

function run(seconds: number, machine = BUSY_MACHINE): void {
  for (let second = 0; second < seconds; second += 1) engine.step(machine);
}

async function text(accept?: string): Promise<string> {
  return (await metrics.answer(accept)).text;
}

function seriesValue(scrape: string, series: string): number {
  const line = scrape.split("\n").find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.split(" ")[1] ?? Number.NaN);
}

describe("metrics", () => {
  it("say figures and verdict of each program by name and family, never by pid", async () => {
    run(8);
    const scrape = await text();
    const labels = '{program="train.py",family="single"}';
    expect(seriesValue(scrape, `gilscope_cpu_cores${labels}`)).toBeCloseTo(0.99, 1);
    expect(seriesValue(scrape, `gilscope_lost_cores${labels}`)).toBeGreaterThan(1);
    expect(seriesValue(scrape, `gilscope_gil_wait_ratio${labels}`)).toBeGreaterThan(0.5);
    expect(seriesValue(scrape, 'gilscope_verdict{program="train.py",family="single",verdict="gil-bound"}')).toBe(1);
    const states = scrape.split("\n").filter((line) => line.startsWith('gilscope_verdict{program="train.py"'));
    expect(states).toHaveLength(VERDICT_IDS.length);
    expect(states.filter((line) => line.endsWith(" 1"))).toHaveLength(1);
    expect(seriesValue(scrape, 'gilscope_runtimes{program="load.py",family="multiprocessing"}')).toBe(5);
    expect(scrape).not.toMatch(/\bpid\b|4100/);
    for (const name of scrape.matchAll(/^# TYPE (\S+)/gm)) {
      expect(name[1]).toMatch(/^gilscope_[a-z_]+$/);
    }
  });

  it("are OpenMetrics, or the older format for who takes only that", async () => {
    run(3);
    const open = await metrics.answer("application/openmetrics-text; version=1.0.0,text/plain;q=0.5");
    expect(open.mediaType).toContain("application/openmetrics-text");
    expect(open.text.endsWith("# EOF\n")).toBe(true);
    expect(open.text).toMatch(/^# TYPE gilscope_cpu_seconds counter$/m);
    const old = await metrics.answer("text/plain");
    expect(old.mediaType).toContain("text/plain");
    expect(old.text).not.toContain("# EOF");
  });

  it("count seconds that only grow, also when a program ends", async () => {
    run(8);
    const series = 'gilscope_cpu_seconds_total{program="train.py",family="single"}';
    const before = seriesValue(await text(), series);
    expect(before).toBeGreaterThan(4);
    run(3, { ...BUSY_MACHINE, processes: BUSY_MACHINE.processes.filter(({ pid }) => pid !== FOUR_ON_ONE_GIL.pid) });
    expect(seriesValue(await text(), series)).toBeGreaterThanOrEqual(before);
  });

  it("stay bounded with very many programs, and show their names as text", async () => {
    const processes = Array.from({ length: 300 }, (_, index) => ({
      pid: 10_000 + index,
      commandLine: ["python3", `job-${index}"\n\u001b[2J.py`],
      threads: [{ run: 0.01 }],
    }));
    run(3, { processes });
    const scrape = await text();
    const programs = new Set(
      [...scrape.matchAll(/^gilscope_runtimes\{program="((?:[^"\\]|\\.)*)"/gm)].map(([, name]) => name),
    );
    expect(programs.size).toBe(101);
    expect(seriesValue(scrape, 'gilscope_runtimes{program="other",family="other"}')).toBe(200);
    expect(scrape.length).toBeLessThan(400_000);
    expect(scrape.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  it("hold nothing that looks like a secret", async () => {
    const threads = [{ run: 0.01 }];
    run(3, { processes: [{ pid: 5, commandLine: ["python3", "-c", "token='hunter2hunter2'"], threads }] });
    expect(await text()).not.toContain("hunter2");
  });

  it("are few before the first sample", async () => {
    expect(await text()).toContain('gilscope_build_info{version="1.2.3"} 1');
  });
});

describe("the token file", () => {
  it("is made for its owner only, read again, and refused where it is no secret or no token", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gilscope-token-"));
    try {
      const path = join(folder, "token");
      const token = await readTokenFile(path);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect((await readFile(path, "utf8")).trim()).toBe(token);
      expect(await readTokenFile(path)).toBe(token);
      await writeFile(join(folder, "open"), `${token}\n`, { mode: 0o644 });
      await expect(readTokenFile(join(folder, "open"))).rejects.toThrow(/no secret/);
      await writeFile(join(folder, "short"), "abc\n", { mode: 0o600 });
      await expect(readTokenFile(join(folder, "short"))).rejects.toThrow(/holds no token/);
      await expect(readTokenFile(join(folder, "none", "x"))).rejects.toThrow(/can't be read or made/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
