import type { ExampleId } from "../../core/launch/examples.ts";

/** What each example program is. */
export const EXAMPLE_TITLES: Readonly<Record<ExampleId, string>> = {
  "gil-bound": "four threads, one GIL",
  "lock-bound": "four threads in a ring",
  "cpu-starved": "others have the CPUs",
  oversubscribed: "four threads for every CPU",
  "quota-limited": "one CPU allowed",
  parallel: "hashing on two cores",
  "single-threaded": "one thread works",
  "io-bound": "sockets that answer",
  idle: "six sleepers",
};
