import type { ProcessDetail, RawSample, SessionHeader, ThreadDetail } from "../sample/raw-sample.ts";
import { ListWriter } from "./list-patch.ts";
import { MemoryWriter } from "./memory-writer.ts";
import {
  COUNT_SHAPE,
  CPU_SHAPE,
  countKeys,
  PROCESS_SHAPE,
  placeKeys,
  RECORDING_FORMAT,
  RECORDING_VERSION,
  rowIdKeys,
  THREAD_SHAPE,
} from "./shape.ts";
import { StackWriter } from "./stack-lines.ts";
import { encodeTable, type Table } from "./table.ts";

/** A key frame stands alone; one is written at least this often, so that a damaged line costs no more than this many samples. */
export const KEY_FRAME_EVERY = 60;

function cpuTable(sample: RawSample): Table<typeof CPU_SHAPE> {
  return { length: sample.host.busySecondsByCpu.length, busySeconds: sample.host.busySecondsByCpu };
}

function present<Value>(key: string, value: Value | null | undefined): Record<string, Value> {
  return value === null || value === undefined ? {} : { [key]: value };
}

/**
 * Writes raw samples as lines of JSON: a header line, then one line per sample that holds what changed since the line before.
 * Every line ends with a line feed. The same samples always give the same text.
 */
export class RecordingEncoder {
  /** The first line of the file. */
  readonly headerLine: string;
  private before: RawSample | null = null;
  private sinceKeyFrame = 0;
  private readonly processDetails = new Map<number, ProcessDetail>();
  private readonly threadDetails = new Map<number, ThreadDetail>();
  private readonly cgroups = new ListWriter();
  private readonly probes = new ListWriter();
  private readonly gils = new ListWriter();
  private readonly stacks = new StackWriter();
  private readonly targets = new ListWriter();
  private readonly capabilities = new ListWriter();
  private readonly memory = new MemoryWriter();

  constructor(header: SessionHeader) {
    this.headerLine = `${JSON.stringify({ format: RECORDING_FORMAT, version: RECORDING_VERSION, header })}\n`;
  }

  /** The line of one sample. Samples must come in order of their monotonic time. */
  encode(sample: RawSample): string {
    const key = this.before === null || this.sinceKeyFrame + 1 >= KEY_FRAME_EVERY;
    const before = key ? null : this.before;
    for (const detail of sample.processDetails) this.processDetails.set(detail.rowId, detail);
    for (const detail of sample.threadDetails) this.threadDetails.set(detail.rowId, detail);
    if (key) {
      forget(this.processDetails, sample.processes.rowId);
      forget(this.threadDetails, sample.threads.rowId);
    }
    const line = {
      ...(key ? { k: 1 } : {}),
      q: sample.sequence,
      m: sample.monotonicMs,
      w: sample.wallMs,
      h: [
        sample.host.busySeconds,
        sample.host.stealSeconds,
        sample.host.memoryAvailableBytes,
        sample.host.swapUsedBytes,
      ],
      ...present("u", encodeTable(CPU_SHAPE, placeKeys, before === null ? null : cpuTable(before), cpuTable(sample))),
      ...present("p", encodeTable(PROCESS_SHAPE, rowIdKeys, before?.processes ?? null, sample.processes)),
      ...present("t", encodeTable(THREAD_SHAPE, rowIdKeys, before?.threads ?? null, sample.threads)),
      ...present("c", encodeTable(COUNT_SHAPE, countKeys, before?.probeCounts ?? null, sample.probeCounts)),
      ...this.detailFields(sample, key),
      ...this.observationField(sample, before),
      ...present("cg", this.cgroups.write(sample.cgroups, key)),
      ...present(
        "pr",
        this.probes.write(
          sample.probes.map((probe) => ({ ...probe, lateness: Array.from(probe.lateness) })),
          key,
        ),
      ),
      ...present("gi", this.gils.write(sample.gils, key)),
      ...this.stacks.write(sample.stacks, key),
      ...present("pl", this.targets.write(sample.plan.targets, key)),
      ...present("ca", this.capabilities.write(sample.capabilities, key)),
      ...present("oc", sample.ownCost),
      ...this.memory.write(sample, before),
    };
    this.before = sample;
    this.sinceKeyFrame = key ? 0 : this.sinceKeyFrame + 1;
    return `${JSON.stringify(line)}\n`;
  }

  /** Details that are new; a key frame holds all there are and says which of them are new. */
  private detailFields(sample: RawSample, key: boolean): Record<string, unknown> {
    if (key) {
      return {
        pd: [...this.processDetails.values()],
        pn: sample.processDetails.map((detail) => detail.rowId),
        td: [...this.threadDetails.values()],
        tn: sample.threadDetails.map((detail) => detail.rowId),
      };
    }
    return {
      ...(sample.processDetails.length > 0 ? { pd: sample.processDetails } : {}),
      ...(sample.threadDetails.length > 0 ? { td: sample.threadDetails } : {}),
    };
  }

  /** The table of observations only grows: its new end, with the place where that begins. */
  private observationField(sample: RawSample, before: RawSample | null): Record<string, unknown> {
    if (before !== null && before.observations === sample.observations) return {};
    const old = before?.observations ?? [];
    const grown =
      sample.observations.length >= old.length &&
      old.every((item, index) => JSON.stringify(item) === JSON.stringify(sample.observations[index]));
    const start = grown ? old.length : 0;
    if (before !== null && grown && sample.observations.length === old.length) return {};
    return { ob: [start, sample.observations.slice(start)] };
  }
}

function forget(details: Map<number, unknown>, rowIds: Uint32Array): void {
  const live = new Set(rowIds);
  for (const rowId of details.keys()) if (!live.has(rowId)) details.delete(rowId);
}
