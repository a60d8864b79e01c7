import type { Observation } from "../sample/raw-sample.ts";

/** Offsets of waits for GILs of sub-interpreters begin here: above any offset inside a module's data. */
const HEAP_GILS = 2 ** 40;
/** Room for each interpreter's GIL structure. */
const HEAP_GIL_BYTES = 4096;

/** `Observation.offset` of a wait on a word of the GIL that a sub-interpreter has on the heap. */
export function heapGilOffset(interpreterId: number, offset: number): number {
  return HEAP_GILS + interpreterId * HEAP_GIL_BYTES + offset;
}

/** The interpreter whose GIL an observed wait for a GIL is for; 0 is the main one. */
export function interpreterOfWait(observation: Observation): number {
  return observation.offset < HEAP_GILS ? 0 : Math.floor((observation.offset - HEAP_GILS) / HEAP_GIL_BYTES);
}
