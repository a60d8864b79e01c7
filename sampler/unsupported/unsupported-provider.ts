import { CAPABILITY_IDS, type Capabilities } from "../../core/sample/capabilities.ts";
import type { HostFacts } from "../../core/sample/raw-sample.ts";
import { emptyProcesses, emptyThreads } from "../empty-columns.ts";
import { nodeHostFacts, nodeHostSample } from "../portable/host.ts";
import type { Clock, Provider, TableSample } from "../provider.ts";

const CAPABILITIES: Capabilities = CAPABILITY_IDS.map((id) => ({
  id,
  available: false,
  reason: "unsupported",
  obstacle: "no-proc",
}));

/** Stands in on operating systems nobody wrote a reader for: it knows the machine and no process, and says so. */
export class UnsupportedProvider implements Provider {
  readonly id = "unsupported";
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hostFacts(): HostFacts {
    return nodeHostFacts(this.#clock);
  }

  read(): TableSample {
    return {
      monotonicMs: this.#clock.monotonicMs(),
      wallMs: this.#clock.wallMs(),
      host: nodeHostSample(),
      processes: emptyProcesses(),
      threads: emptyThreads(),
      processDetails: [],
      threadDetails: [],
      cgroups: [],
      capabilities: CAPABILITIES,
    };
  }

  close(): void {
    // Nothing is kept open.
  }
}
