import type { Capabilities } from "../../core/sample/capabilities.ts";
import type { HostFacts, ProcessDetail, PythonFacts } from "../../core/sample/raw-sample.ts";
import { absent, known } from "../../core/sample/reading.ts";
import { emptyThreads } from "../empty-columns.ts";
import type { Clock, Provider, TableSample } from "../provider.ts";
import { nodeHostFacts, nodeHostSample, TICKS_PER_SECOND } from "./host.ts";

/** One process as `systeminformation` lists it; only what is used here. */
export interface ListedProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly name: string;
  /** KiB. */
  readonly memRss: number;
  /** Local time, `2026-01-31 12:00:00`. */
  readonly started: string;
  readonly state: string;
  readonly path: string;
  readonly command: string;
  readonly params: string;
  readonly user: string;
}

/** Where the lists come from; passed in so that captured output can be tested. */
export interface PortableSources {
  readonly list: () => Promise<readonly ListedProcess[]>;
  /** CPU seconds of the named processes since they began; those that ended are missing. */
  readonly cpuSeconds: (pids: readonly number[]) => Promise<ReadonlyMap<number, number>>;
}

const PYTHON_NAME = /^(python|pypy)w?([0-9.]*)[a-z]*(\.exe)?$/i;
const STATE_CODES: Readonly<Record<string, string>> = {
  running: "R",
  sleeping: "S",
  blocked: "D",
  stopped: "T",
  zombie: "Z",
};

const CAPABILITIES: Capabilities = [
  { id: "processTable", available: true, reason: null, obstacle: null },
  ...(["threadTable", "threadCpu", "runQueueWait", "futexProbe", "gilMemory", "cgroupLimits"] as const).map((id) => ({
    id,
    available: false,
    reason: "unsupported" as const,
    obstacle: "no-proc",
  })),
  { id: "otherUsers", available: false, reason: "unsupported", obstacle: "no-proc" },
  { id: "wholeMachine", available: true, reason: null, obstacle: null },
];

interface Row {
  readonly rowId: number;
  readonly startTicks: number;
  /** Epoch milliseconds; NaN when not told. */
  readonly startedMs: number;
  text: string;
}

/**
 * The process level of operating systems without /proc, from `systeminformation` and `pidusage`.
 * It cannot see threads, waits or limits, and says so in its capabilities.
 */
export class PortableProvider implements Provider {
  readonly id = "portable";
  readonly #clock: Clock;
  readonly #sources: PortableSources;
  readonly #facts: HostFacts;
  readonly #rows = new Map<number, Row>();
  #lastRowId: number;

  constructor(clock: Clock, lastRowId: number, sources: PortableSources = systemSources()) {
    this.#clock = clock;
    this.#lastRowId = lastRowId;
    this.#sources = sources;
    this.#facts = nodeHostFacts(clock);
  }

  hostFacts(): HostFacts {
    return this.#facts;
  }

  async read(): Promise<TableSample> {
    const listed = await this.#sources.list().catch(() => []);
    const pythons = listed.filter((process) => pythonFacts(process) !== null).map((process) => process.pid);
    const cpu = await this.#sources.cpuSeconds(pythons).catch(() => new Map<number, number>());
    const monotonicMs = this.#clock.monotonicMs();
    const processDetails: ProcessDetail[] = [];
    const rows = listed
      .filter((process) => process.pid > 0)
      .map((process) => {
        const row = this.#rowOf(process);
        const detail = detailOf(process, row.rowId);
        const text = JSON.stringify(detail);
        if (text !== row.text) {
          row.text = text;
          processDetails.push(detail);
        }
        return { process, row };
      })
      .sort((a, b) => a.row.rowId - b.row.rowId);
    const alive = new Set(rows.map(({ process }) => process.pid));
    for (const pid of this.#rows.keys()) if (!alive.has(pid)) this.#rows.delete(pid);
    return {
      monotonicMs,
      wallMs: this.#clock.wallMs(),
      host: nodeHostSample(),
      processes: {
        length: rows.length,
        rowId: Uint32Array.from(rows, ({ row }) => row.rowId),
        pid: Int32Array.from(rows, ({ process }) => process.pid),
        parentPid: Int32Array.from(rows, ({ process }) => process.parentPid),
        startTicks: Float64Array.from(rows, ({ row }) => row.startTicks),
        state: Uint8Array.from(rows, ({ process }) => STATE_CODES[process.state]?.charCodeAt(0) ?? 0),
        threadCount: new Uint32Array(rows.length),
        cpuSeconds: Float64Array.from(rows, ({ process }) => cpu.get(process.pid) ?? Number.NaN),
        rssBytes: Float64Array.from(rows, ({ process }) => process.memRss * 1024),
        readAtMs: new Float64Array(rows.length).fill(monotonicMs),
      },
      threads: emptyThreads(),
      processDetails,
      threadDetails: [],
      cgroups: [],
      capabilities: CAPABILITIES,
    };
  }

  close(): void {
    this.#rows.clear();
  }

  #rowOf(process: ListedProcess): Row {
    const startedMs = Date.parse(process.started.replace(" ", "T"));
    const startTicks = Number.isNaN(startedMs)
      ? 0
      : Math.max(0, Math.round(((startedMs - this.#facts.bootWallMs) / 1000) * TICKS_PER_SECOND));
    const known = this.#rows.get(process.pid);
    // The start is told to the second only; where it is not told the pid must do.
    if (known !== undefined && !(Math.abs(known.startedMs - startedMs) > 2000)) return known;
    this.#lastRowId += 1;
    const row: Row = { rowId: this.#lastRowId, startTicks, startedMs, text: "" };
    this.#rows.set(process.pid, row);
    return row;
  }
}

function pythonFacts(process: ListedProcess): PythonFacts | null {
  const match = PYTHON_NAME.exec(process.name) ?? PYTHON_NAME.exec(process.path.replace(/^.*[/\\]/, ""));
  if (match === null) return null;
  const version = /^[23]\.\d+/.test(match[2] ?? "") ? match[2]! : null;
  return {
    implementation: match[1]?.toLowerCase() === "pypy" ? "PyPy" : "CPython",
    version,
    build: null,
    recognisedBy: "name",
    virtualEnvironment: null,
    nativeLibraries: [],
  };
}

function detailOf(process: ListedProcess, rowId: number): ProcessDetail {
  const line = [process.command, ...process.params.split(" ")].filter((part) => part !== "");
  return {
    rowId,
    comm: process.name,
    commandLine: line.length === 0 ? absent("denied") : known(line),
    executablePath: process.path === "" ? absent("unsupported") : known(process.path),
    workingDirectory: absent("unsupported"),
    userId: -1,
    userName: process.user,
    python: pythonFacts(process),
    cgroupPath: null,
    allowedCpus: null,
    probeRight: absent("unsupported"),
  };
}

function systemSources(): PortableSources {
  return {
    list: async () => (await (await import("systeminformation")).processes()).list,
    cpuSeconds: async (pids) => {
      if (pids.length === 0) return new Map();
      const pidusage = (await import("pidusage")).default;
      const usage = await pidusage([...pids]);
      return new Map(Object.entries(usage).map(([pid, entry]) => [Number(pid), (entry?.ctime ?? Number.NaN) / 1000]));
    },
  };
}
