import { Sampling, type SamplingOptions } from "../sampling.ts";

/** Sampling of this machine as tests want it, without probe and own cost unless told otherwise; it is not started yet. */
export function testSampling(
  workersDirectory: string,
  options: Partial<SamplingOptions> & Pick<SamplingOptions, "onSample">,
): Sampling {
  return new Sampling({
    provider: "linux",
    procRoot: "/proc",
    architecture: "x86_64",
    intervalMs: 50,
    workersDirectory,
    threadScope: "runtimes",
    probe: false,
    ownCost: null,
    onStatus: () => undefined,
    ...options,
  });
}
