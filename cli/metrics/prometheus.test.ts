import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUSY_MACHINE } from "../../core/testing/scenarios.ts";
import { type SimulatedEngine, simulatedEngine } from "../../sampler/testing/simulated-engine.ts";
import { type RunningServer, startServer } from "../server.ts";
import { READERS } from "../testing/readers.ts";
import { createMetrics, type Metrics } from "./metrics.ts";

const ALERTS = "build/prometheus/alerts.yml";
const DASHBOARD = "build/grafana/dashboard.json";
const TOKEN = "t".repeat(40);

interface Target {
  readonly expr: string;
}

let engine: SimulatedEngine;
let metrics: Metrics;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gilscope-prometheus-"));
  engine = simulatedEngine();
  metrics = createMetrics(engine, "1.2.3");
  for (let second = 0; second < 10; second += 1) engine.step(BUSY_MACHINE);
});

afterAll(async () => {
  metrics.close();
  await rm(folder, { recursive: true, force: true });
});

function tool(argv: readonly string[], input?: string): string {
  const path = READERS.promtool ?? "";
  return execFileSync(path, argv, { encoding: "utf8", ...(input === undefined ? {} : { input }) });
}

/** Names of all series there may be, as queries name them: what is not known at the moment is not served. */
async function namesServed(): Promise<ReadonlySet<string>> {
  const source = await readFile("cli/metrics/metrics.ts", "utf8");
  const names = new Set([...source.matchAll(/"(gilscope_[a-z_]+)"/g)].map(([, name]) => name ?? ""));
  const { text } = await metrics.answer("text/plain");
  for (const [name] of text.matchAll(/^gilscope_[a-z_]+/gm)) expect(names.has(name), name).toBe(true);
  return names;
}

async function dashboardQueries(): Promise<readonly string[]> {
  const dashboard = JSON.parse(await readFile(DASHBOARD, "utf8")) as {
    readonly panels: readonly { readonly title: string; readonly targets: readonly Target[] }[];
    readonly templating: { readonly list: readonly { readonly definition?: string }[] };
  };
  expect(new Set(dashboard.panels.map(({ title }) => title)).size).toBe(dashboard.panels.length);
  return [
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...dashboard.templating.list.flatMap(({ definition }) => definition ?? []),
  ];
}

describe("the dashboard and the alerts", () => {
  it("ask only for series that are served, and leave none unexplained", async () => {
    const served = await namesServed();
    const asked = [...(await dashboardQueries()), await readFile(ALERTS, "utf8")].flatMap((text) =>
      [...text.matchAll(/\bgilscope_[a-z_]+/g)].map(([name]) => name),
    );
    expect(asked.length).toBeGreaterThan(15);
    for (const name of asked) expect(served.has(name), name).toBe(true);
    const documented = await readFile("docs/metrics.md", "utf8");
    for (const name of served) expect(documented, name).toContain(name);
  });
});

describe.skipIf(READERS.promtool === null)("promtool (Debian's Prometheus, which npm test unpacks)", () => {
  it("finds nothing wrong with the metrics", async () => {
    expect(tool(["check", "metrics"], (await metrics.answer("text/plain")).text)).toBe("");
  });

  it("finds nothing wrong with the alerts, which fire when they should", () => {
    expect(tool(["check", "rules", ALERTS])).toContain("3 rules found");
    expect(tool(["test", "rules", "build/prometheus/alerts.test.yml"])).toContain("SUCCESS");
  });

  it("can read every query of the dashboard", async () => {
    const queries = (await dashboardQueries()).filter((query) => !query.startsWith("label_values"));
    const rules = queries.map((query, index) => {
      const filled = query.replaceAll("$__range", "1h").replaceAll(/\$\w+/g, ".*");
      return `      - record: query_${index}\n        expr: ${JSON.stringify(filled)}`;
    });
    const path = join(folder, "queries.yml");
    await writeFile(path, `groups:\n  - name: dashboard\n    rules:\n${rules.join("\n")}\n`);
    expect(tool(["check", "rules", path])).toContain(`${queries.length} rules found`);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(READERS.prometheus === null)("a real Prometheus (Debian's, which npm test unpacks)", () => {
  let served: RunningServer;
  let prometheus: ChildProcess | null = null;

  afterAll(async () => {
    prometheus?.kill("SIGKILL");
    await served?.close();
  });

  it("scrapes what serve answers, with the token of its file, and evaluates the alerts", async () => {
    await mkdir(join(folder, "page"));
    await writeFile(join(folder, "page", "index.html"), "<!doctype html><title>page</title>");
    await writeFile(join(folder, "token"), TOKEN);
    const service = { handle: async () => null, openFile: async () => ({ state: "failed", message: "" }) as const };
    served = await startServer({
      service: { ...service, close: async () => {} },
      pageDirectory: join(folder, "page"),
      at: 0,
      metrics: { token: TOKEN, answer: (accept) => metrics.answer(accept) },
    });
    const port = await freePort();
    const config = [
      "global: { scrape_interval: 1s, evaluation_interval: 1s }",
      `rule_files: [${JSON.stringify(join(process.cwd(), ALERTS))}]`,
      "scrape_configs:",
      "  - job_name: gilscope",
      `    authorization: { credentials_file: ${JSON.stringify(join(folder, "token"))} }`,
      `    static_configs: [{ targets: ["127.0.0.1:${served.port}"] }]`,
    ];
    await writeFile(join(folder, "prometheus.yml"), `${config.join("\n")}\n`);
    prometheus = spawn(
      READERS.prometheus ?? "",
      [
        `--config.file=${join(folder, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--log.level=error",
      ],
      { stdio: "ignore" },
    );
    const query = async (expression: string): Promise<readonly { readonly value: readonly [number, string] }[]> => {
      const address = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
      const answer = (await (await fetch(address)).json()) as { data: { result: [] } };
      return answer.data.result;
    };
    const series = 'gilscope_cpu_cores{program="train.py",family="single"}';
    await expect.poll(() => query(series).catch(() => []), { timeout: 30_000, interval: 250 }).toHaveLength(1);
    expect(Number((await query(series))[0]?.value[1])).toBeCloseTo(0.99, 1);
    expect(await query('gilscope_verdict{program="train.py",verdict="gil-bound"} == 1')).toHaveLength(1);
    expect(await query("up == 1")).toHaveLength(1);
    await expect
      .poll(() => query('ALERTS{alertname="GilBound",alertstate="pending"}'), { timeout: 15_000, interval: 250 })
      .toHaveLength(1);
  }, 60_000);
});
