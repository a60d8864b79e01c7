import * as v8 from "node:v8";

/**
 * Makes V8 work without helper threads, because waking them costs this program several times as much as their work, and each of them
 * keeps memory of its own: what is allocated in a second is collected in a millisecond (`parallel_scavenge` in V8's flags), in this
 * process and its workers. Workers compile for themselves too (`concurrent_recompilation`); the thread that calls this goes on as it began.
 */
export function collectAlone(): void {
  v8.setFlagsFromString("--no-parallel-scavenge");
  v8.setFlagsFromString("--no-concurrent-recompilation");
}
