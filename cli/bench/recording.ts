import { RecordingEncoder } from "../../core/recording/encoder.ts";
import { SimulatedSession } from "../../core/testing/sample-builder.ts";
import { manyRuntimes } from "../../core/testing/scenarios.ts";
import { openFileSource, rememberFile } from "../../sampler/source.ts";

/**
 * What an hour of 20 runtimes with 400 threads costs on disk, to open and to look at, beside parsing its lines as JSON.
 * Usage: recording [--minutes N]. Exit 1 when a goal is missed.
 */

const RUNTIMES = 20;
const THREADS_EACH = 20;
/** Seconds from one first seek to the next: as far as verdicts remember, so that none finds anything of another. */
const APART_SECONDS = 60;
const GOALS = { bytesPerMinute: 1_000_000, openSeconds: 3, seekMs: 100 } as const;

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
}

/** A machine whose threads each do something else in each second, and read memory besides: nothing repeats itself. */
function* secondsOf(count: number): Generator<string> {
  const session = new SimulatedSession(64);
  const encoder = new RecordingEncoder(session.header);
  yield encoder.headerLine;
  const machine = manyRuntimes(RUNTIMES, THREADS_EACH);
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let second = 0; second < count; second += 1) {
    const processes = machine.processes.map((process) => ({
      ...process,
      rung: "memory" as const,
      threads: process.threads.map((thread) => {
        const run = thread.run * (0.5 + random());
        return { ...thread, run, held: run, slices: Math.round(300 * random()), rest: { gilWait: 0.7, poolWait: 0.3 } };
      }),
    }));
    yield encoder.encode(session.step({ ...machine, processes }, 1 + random() / 500));
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function spreadOf(milliseconds: readonly number[]): string {
  const [median, most, worst] = [0.5, 0.95, 1].map((share) => quantile(milliseconds, share).toFixed(1));
  return `median ${median} ms, 95 % ${most} ms, worst ${worst} ms`;
}

function timed<Result>(work: () => Result): readonly [result: Result, milliseconds: number] {
  const started = performance.now();
  const result = work();
  return [result, performance.now() - started];
}

async function main(): Promise<boolean> {
  const minutes = option("minutes", 60);
  const lines = [...secondsOf(minutes * 60)];
  const text = lines.join("");
  const perMinute = text.length / minutes;
  const [, parseMs] = timed(() => lines.map((line) => JSON.parse(line) as unknown).length);
  const started = performance.now();
  const opened = await openFileSource("hour.gilscope", text);
  if (!opened.ok) throw new Error(opened.message);
  const { history } = opened.source;
  const newest = history.latest();
  const openMs = performance.now() - started;
  const first = history.firstWallMs ?? 0;
  const last = history.lastWallMs ?? 0;
  const places = Math.floor((last - first) / 1000 / APART_SECONDS);
  // Here and there, as nobody drags in order.
  const seconds = Array.from({ length: places }, (_, index) => (((index * 7919) % places) + 1) * APART_SECONDS);
  const seek = (second: number): number => timed(() => history.frameAt(first + second * 1000))[1];
  const seeks = seconds.map((second) => seek(second));
  const rememberStarted = performance.now();
  await rememberFile(opened.source, () => true);
  const rememberMs = performance.now() - rememberStarted;
  const later = seconds.map((second) => seek(second - 15));
  const rowId = newest?.runtimes[0]?.rowId ?? 0;
  const [, seriesMs] = timed(() => history.series(rowId, null, (last - first) / 1000, 60));
  const print = (line: string): boolean => process.stdout.write(`${line}\n`);
  print(`${minutes} minutes, ${RUNTIMES} runtimes, ${RUNTIMES * THREADS_EACH} threads, one sample a second`);
  print(`size     ${(perMinute / 1e6).toFixed(2)} MB a minute   goal ${GOALS.bytesPerMinute / 1e6}`);
  print(
    `open     ${(openMs / 1000).toFixed(2)} s, ${(openMs / parseMs).toFixed(1)} times JSON.parse of its lines   goal ${GOALS.openSeconds} s for an hour`,
  );
  print(`seek     ${spreadOf(seeks)}, each at once after opening   goal ${GOALS.seekMs} ms for 95 %`);
  print(
    `         ${spreadOf(later)}, ${(rememberMs / 1000).toFixed(1)} s later, when all is remembered   goal ${GOALS.seekMs} ms for all`,
  );
  print(`series   ${seriesMs.toFixed(1)} ms for 60 points over all of it`);
  print(`memory   ${(history.bytes / 2 ** 20).toFixed(0)} MiB held of ${history.length} samples`);
  return (
    perMinute < GOALS.bytesPerMinute &&
    openMs / 1000 < (GOALS.openSeconds * minutes) / 60 &&
    quantile(seeks, 0.95) < GOALS.seekMs &&
    Math.max(...later) < GOALS.seekMs
  );
}

void main().then((held) => process.exit(held ? 0 : 1));
