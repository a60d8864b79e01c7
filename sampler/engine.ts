import { advance, type CoreState, initialState } from "../core/advance.ts";
import type { Frame } from "../core/frame/frame.ts";
import { History } from "../core/history/history.ts";
import type { Lanes } from "../core/lanes/lanes.ts";
import { memoryPlan } from "../core/memory/memory-plan.ts";
import type { SamplerStatus, StackAnswer } from "../core/page/protocol.ts";
import { stackAnswer } from "../core/page/stack-answer.ts";
import { plan } from "../core/probe/plan.ts";
import { withLooks } from "../core/probe/plan-looks.ts";
import { type Attention, EMPTY_PLAN } from "../core/probe/probe-plan.ts";
import type { Capabilities } from "../core/sample/capabilities.ts";
import type { HostFacts, RawSample, SessionHeader } from "../core/sample/raw-sample.ts";
import { systemClock } from "./clock.ts";
import { readHostFacts } from "./linux/host-reader.ts";
import { usageReader } from "./linux/process-usage.ts";
import { OwnCostMeter } from "./own-cost.ts";
import { nodeHostFacts } from "./portable/host.ts";
import { type ProviderId, providerFor, type ThreadScope } from "./provider.ts";
import { Sampling } from "./sampling.ts";

/** A running sampler with everything derived from it: what window, terminal, server and exports read. */
export interface Engine {
  readonly header: SessionHeader;
  readonly history: History;
  /** What the provider can know; all of it `not-yet` before the first sample. */
  capabilities(): Capabilities;
  /** The newest frame, or null before the first. */
  frame(): Frame | null;
  status(): SamplerStatus;
  /** Calls the listener after each new frame and each change of status; the answer stops that. */
  onChange(listener: () => void): () => void;
  /** Tells what somebody looks at; nothing is probed while nobody does. */
  setAttention(attention: Attention): void;
  /** What a runtime's threads did since a monotonic time, while `Attention.lanesRowId` names it; null before and otherwise. */
  lanes(processRowId: number, fromMonotonicMs: number): Lanes | null;
  /** Reads the Python stacks of all threads of a runtime now. */
  readStacks(processRowId: number): Promise<StackAnswer>;
  /** Changes how often, how dearly and how long; from the next sample on. */
  setPace(pace: Pace): void;
  /** Stops sampling and ends the workers; what was seen stays readable. */
  stop(): Promise<void>;
}

/** How often samples are taken, what that may cost, and how long they are held. */
export interface Pace {
  readonly intervalMs: number;
  readonly budgetCores: number;
  readonly historySeconds: number;
}

/** How to run an engine. */
export interface EngineOptions {
  readonly intervalMs: number;
  /** Folder that holds `sampler-tables.cjs`, `sampler-probe.cjs` and `sampler-memory.cjs`. */
  readonly workersDirectory: string;
  readonly threadScope: ThreadScope;
  readonly programVersion: string;
  /** Ids of all processes of this program, for its own cost; without it only this one counts. */
  readonly ownProcessIds?: () => readonly number[];
  /** Whether threads are probed beyond the tables. */
  readonly probe: boolean;
}

/** Facts that programs have to be run for are asked this long after the first frame, and not at all by what ends sooner. */
const HOST_FACTS_DELAY_MS = 8000;
const PROC = "/proc";

/**
 * Starts sampling this machine. The first sample is taken at once, the second after half a second, then one every `intervalMs`.
 * Resolves before the first sample; rejects only when the workers' files cannot be found.
 */
export function startEngine(options: EngineOptions): Promise<Engine> {
  return Promise.resolve(new LiveEngine(options));
}

class LiveEngine implements Engine {
  readonly history: History;
  #header: SessionHeader;
  readonly #sampling: Sampling;
  readonly #probes: boolean;
  readonly #listeners = new Set<() => void>();
  #state: CoreState;
  #frame: Frame | null = null;
  #status: SamplerStatus = { state: "starting" };
  #attention: Attention = { selectedRowId: null, visible: true };
  #factsTimer: NodeJS.Timeout | null = null;

  constructor(options: EngineOptions) {
    const provider = providerFor(process.platform);
    const clock = systemClock();
    const host = provider === "linux" ? readHostFacts(PROC, clock) : nodeHostFacts(clock);
    this.#header = headerOf(host, provider, options, clock.wallMs());
    this.history = new History(this.#header);
    this.#state = initialState(this.#header);
    this.#probes = options.probe && provider === "linux";
    this.#sampling = new Sampling({
      provider,
      procRoot: PROC,
      architecture: host.architecture,
      intervalMs: options.intervalMs,
      workersDirectory: options.workersDirectory,
      threadScope: options.threadScope,
      probe: this.#probes,
      ownCost: new OwnCostMeter(
        options.ownProcessIds ?? (() => [process.pid]),
        provider === "linux" ? usageReader(PROC) : undefined,
      ),
      onSample: (sample) => this.#take(sample),
      onStatus: (status) => {
        this.#status = status;
        this.#tell();
      },
    });
    this.#sampling.start();
    if (isMissing(host)) {
      this.#factsTimer = setTimeout(() => void this.#completeFacts(), HOST_FACTS_DELAY_MS);
      this.#factsTimer.unref();
    }
  }

  get header(): SessionHeader {
    return this.#header;
  }

  capabilities(): Capabilities {
    return this.#frame?.capabilities ?? [];
  }

  frame(): Frame | null {
    return this.#frame;
  }

  status(): SamplerStatus {
    return this.#status;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setAttention(attention: Attention): void {
    const changed =
      attention.visible !== this.#attention.visible ||
      attention.selectedRowId !== this.#attention.selectedRowId ||
      attention.lanesRowId !== this.#attention.lanesRowId;
    this.#attention = attention;
    this.#sampling.setAttention(attention);
    if (changed && this.#frame !== null) this.#replan();
  }

  setPace({ intervalMs, budgetCores, historySeconds }: Pace): void {
    this.#header = { ...this.#header, intervalMs };
    this.#state = { ...this.#state, header: this.#header };
    this.#sampling.setPace(intervalMs, budgetCores);
    this.history.keepFor(historySeconds);
  }

  lanes(processRowId: number, fromMonotonicMs: number): Lanes | null {
    return this.#sampling.lanes(processRowId, fromMonotonicMs);
  }

  async readStacks(processRowId: number): Promise<StackAnswer> {
    const stacks = await this.#sampling.readStacks(processRowId);
    return typeof stacks === "string"
      ? { state: "failed", reason: stacks }
      : stackAnswer(this.#frame, processRowId, stacks);
  }

  async stop(): Promise<void> {
    if (this.#factsTimer !== null) clearTimeout(this.#factsTimer);
    await this.#sampling.stop();
    if (this.#status.state !== "stopped") this.#status = { state: "stopped", reason: "stopped" };
    this.#tell();
    this.#listeners.clear();
  }

  #take(sample: RawSample): void {
    const { state, frame } = advance(this.#state, sample);
    this.#state = state;
    this.#frame = frame;
    this.history.push(sample, frame, state.memory);
    this.#replan();
    if (this.#probes && this.#attention.visible) {
      this.#sampling.readMemory(memoryPlan(frame, this.#attention), sample.processes);
    }
    this.#tell();
  }

  #replan(): void {
    if (!this.#probes) return;
    if (!this.#attention.visible || this.#frame === null) {
      this.#sampling.setPlan(EMPTY_PLAN);
      return;
    }
    const passes = plan(this.#state, this.#attention, this.#sampling.probeBudgetCores);
    this.#sampling.setPlan(withLooks(passes, this.#frame, this.#attention));
  }

  async #completeFacts(): Promise<void> {
    const facts = await this.#sampling.hostFacts();
    if (facts === null) return;
    const { host } = this.#header;
    this.#header = {
      ...this.#header,
      host: {
        ...host,
        cpuModel: host.cpuModel || facts.cpuModel,
        operatingSystem: host.operatingSystem || facts.operatingSystem,
        memoryBytes: host.memoryBytes || facts.memoryBytes,
      },
    };
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Whether the machine did not say all that `systeminformation` might find out. */
function isMissing({ cpuModel, operatingSystem, memoryBytes }: HostFacts): boolean {
  return cpuModel === "" || operatingSystem === "" || memoryBytes === 0;
}

function headerOf(host: HostFacts, provider: ProviderId, options: EngineOptions, startedWallMs: number): SessionHeader {
  return { host, provider, programVersion: options.programVersion, startedWallMs, intervalMs: options.intervalMs };
}
