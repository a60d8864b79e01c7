import { observationKinds } from "../../core/probe/observation-kind.ts";
import type { Observation } from "../../core/sample/raw-sample.ts";

/** Words told apart before further ones are counted without their place, so that the table stays small. */
const MOST_WITH_PLACE = 4096;

/** The session's table of observations: each is written down once and then named by its number. */
export class ObservationTable {
  readonly #ids = new Map<string, number>();
  readonly #all: Observation[] = [];
  #handedOver = 0;
  #kinds: Uint8Array = new Uint8Array(0);

  /** Number of an observation. */
  idOf(observation: Observation): number {
    const key = keyOf(observation);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    if (this.#all.length >= MOST_WITH_PLACE && observation.offset >= 0)
      return this.idOf({ ...observation, offset: -1 });
    const id = this.#all.length;
    this.#ids.set(key, id);
    this.#all.push(observation);
    return id;
  }

  /** What each observation means, by its number: indices into `OBSERVATION_KINDS`. */
  kinds(architecture: string): Uint8Array {
    if (this.#kinds.length !== this.#all.length) this.#kinds = observationKinds(this.#all, architecture);
    return this.#kinds;
  }

  /** Observations added since the last call. */
  takeNew(): readonly Observation[] {
    const added = this.#all.slice(this.#handedOver);
    this.#handedOver = this.#all.length;
    return added;
  }
}

function keyOf(o: Observation): string {
  return `${o.kind} ${o.syscall} ${o.futexOperation} ${o.timed} ${o.region} ${o.offset} ${o.waitChannel}`;
}
