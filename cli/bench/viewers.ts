import { type ChildProcess, spawn } from "node:child_process";
import { type ClientRequest, request } from "node:http";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExportOutcome } from "../../core/page/protocol.ts";
import { decodeWire } from "../../core/page/wire.ts";

/**
 * Whether viewers cost the sampler anything: its CPU time with a hundred and one that never reads, and with one, in turn.
 * With one, the crowd looks at another program beside it, so that the machine has the same to do: on one that rests, each sample begins
 * with caches gone cold and costs half as much again.
 * A hundred runtimes give the sampler something to do: a tenth of nearly nothing could not be told.
 * Usage: viewers --cli FILE --crowd FILE [--seconds N]. Exit 1 when it differs by more than a tenth.
 */

const VIEWERS = 100;
const TOLERANCE = 0.1;
/** Left out at the beginning of each part, seconds: connections are made, code is compiled. */
const SETTLE_SECONDS = 10;
/** Before the first part, seconds. */
const WARM_SECONDS = 90;
/** In this order, what changes slowly meanwhile falls on both alike. */
const PARTS = ["one", "many", "many", "one", "one", "many", "many", "one"] as const;
const NAMES = { one: "one viewer", many: `${VIEWERS} viewers and one that stares` } as const;
const RUNTIMES = 100;
const THREADS = 500;
const ACTIVE = 20;
/** As many as a snapshot looks back. */
const MOST_SECONDS = 55;

interface Cost {
  readonly samplerCores: number;
  readonly allCores: number;
  readonly rssBytes: number;
}

function option(name: string, fallback: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
}

class Served {
  readonly child: ChildProcess;
  readonly port: number;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(child: ChildProcess, port: number, token: string) {
    this.child = child;
    this.port = port;
    this.headers = {
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json",
      "Accept-Encoding": "gzip",
    };
  }

  static async start(cli: string): Promise<Served> {
    const child = spawn(process.execPath, [cli, "serve"], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout })) {
      const found = /127\.0\.0\.1:([0-9]+)\/#token=([\w-]+)/.exec(line);
      if (found !== null) return new Served(child, Number(found[1]), found[2] ?? "");
    }
    throw new Error("serve ended before it said its address");
  }

  /** A viewer that reads whatever comes. */
  view(): ClientRequest {
    const body = JSON.stringify({ source: "live", after: -1, selectedRowId: null });
    const where = { host: "127.0.0.1", port: this.port, method: "POST", path: "/api/frames", agent: false };
    const asked = request({ ...where, headers: this.headers }, (response) => {
      response.on("error", () => {});
      response.resume();
    });
    asked.on("error", () => {});
    asked.end(body);
    return asked;
  }

  /** A viewer that asks and never reads. */
  stare(): Socket {
    const body = JSON.stringify({ source: "live", after: -1, selectedRowId: null });
    const socket = connect(this.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.pause();
    const headers = Object.entries({ ...this.headers, Host: "127.0.0.1", "Content-Length": String(body.length) });
    const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`POST /api/frames HTTP/1.1\r\n${head}\r\n${body}`);
    return socket;
  }

  /** Has many viewers and one that stares; the answer sends them away. */
  crowd(): () => void {
    const viewers = [...Array.from({ length: VIEWERS - 1 }, () => this.view()), this.stare()];
    return () => {
      for (const viewer of viewers) viewer.destroy();
    };
  }

  /** What the program has cost over the last seconds, as its own samples say. */
  async cost(seconds: number): Promise<Cost> {
    const answer = await new Promise<string>((resolve, reject) => {
      const where = { host: "127.0.0.1", port: this.port, method: "POST", path: "/api/exportSnapshot" };
      const { "Accept-Encoding": _, ...headers } = this.headers as Record<string, string>;
      const asked = request({ ...where, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
        response.on("end", () => resolve(text));
      });
      asked.on("error", reject);
      asked.end(JSON.stringify({ source: "live", format: "json", redact: true, untilWallMs: null }));
    });
    const outcome = decodeWire(answer) as ExportOutcome;
    if (outcome.state !== "content") throw new Error("the snapshot could not be had");
    const { recording } = JSON.parse(String(outcome.body)) as {
      readonly recording: readonly {
        readonly m?: number;
        readonly oc?: { readonly cpuSeconds: number; readonly samplerCpuSeconds: number; readonly rssBytes: number };
      }[];
    };
    const points = recording.filter(({ m, oc }) => m !== undefined && oc !== undefined);
    const last = points.at(-1);
    const first = points.find(({ m = 0 }) => (last?.m ?? 0) - m <= seconds * 1000);
    if (!first?.oc || !last?.oc || first === last) throw new Error("too few samples");
    const elapsed = ((last.m ?? 0) - (first.m ?? 0)) / 1000;
    return {
      samplerCores: (last.oc.samplerCpuSeconds - first.oc.samplerCpuSeconds) / elapsed,
      allCores: (last.oc.cpuSeconds - first.oc.cpuSeconds) / elapsed,
      rssBytes: last.oc.rssBytes,
    };
  }
}

function report(name: string, { samplerCores, allCores, rssBytes }: Cost): void {
  const percent = (cores: number): string => `${(cores * 100).toFixed(2)} % of a core`;
  process.stdout.write(
    `${name.padEnd(32)} sampler ${percent(samplerCores)}   all of it ${percent(allCores)}   ${(rssBytes / 2 ** 20).toFixed(0)} MiB\n`,
  );
}

/** What the samplers cost over the next seconds, after some to settle. */
async function measured(served: Served, name: string, seconds: number): Promise<Cost> {
  await sleep((SETTLE_SECONDS + seconds) * 1000);
  const cost = await served.cost(seconds);
  report(name, cost);
  return cost;
}

/** Runtimes for the sampler, which end by themselves soon after the last part; the answer ends them at once. */
async function startCrowd(seconds: number): Promise<() => void> {
  const lifetime = WARM_SECONDS + PARTS.length * (SETTLE_SECONDS + seconds) + 60;
  const args = [option("crowd", ""), RUNTIMES, THREADS, ACTIVE, lifetime].map(String);
  const crowd = spawn("python3", args, { stdio: ["ignore", "pipe", "inherit"], detached: true });
  for await (const line of createInterface({ input: crowd.stdout })) if (line.startsWith("ready")) break;
  return () => {
    if (crowd.pid !== undefined && crowd.exitCode === null) process.kill(-crowd.pid, "SIGTERM");
  };
}

async function main(): Promise<boolean> {
  const seconds = Math.min(MOST_SECONDS, Number(option("seconds", "30")));
  const endCrowd = await startCrowd(seconds);
  const served = await Served.start(option("cli", ""));
  const beside = await Served.start(option("cli", ""));
  try {
    const ones = [served.view(), beside.view()];
    let leave = beside.crowd();
    // Its code is compiled meanwhile: else whatever comes later is the cheaper.
    await sleep(WARM_SECONDS * 1000);
    const costs = { one: 0, many: 0 };
    for (const part of PARTS) {
      leave();
      leave = (part === "many" ? served : beside).crowd();
      costs[part] += (await measured(served, NAMES[part], seconds)).samplerCores;
    }
    leave();
    for (const one of ones) one.destroy();
    const ratio = costs.many / costs.one;
    process.stdout.write(`the sampler costs ${ratio.toFixed(2)} times as much; goal 1.00 ± ${TOLERANCE}\n`);
    return Math.abs(ratio - 1) <= TOLERANCE;
  } finally {
    for (const { child } of [served, beside]) child.kill("SIGTERM");
    endCrowd();
  }
}

void main().then((held) => process.exit(held ? 0 : 1));
