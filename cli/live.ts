import type { Frame } from "../core/frame/frame.ts";
import { type Engine, startEngine } from "../sampler/engine.ts";
import { CliError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";

/** Commands look a little faster than the window, since they look for a short time. */
const INTERVAL_MS = 500;
/** Longest wait for the first sample, milliseconds: a loaded machine with very many processes. */
const FIRST_SAMPLE_MS = 30_000;

/** Starts sampling this machine for a command. */
export function startLive(context: CliContext, intervalMs = INTERVAL_MS): Promise<Engine> {
  return startEngine({
    intervalMs,
    workersDirectory: context.bundleDirectory,
    threadScope: "runtimes",
    programVersion: context.programVersion,
    probe: true,
  });
}

/** Runs a piece of work on a live engine and stops it whatever happens. */
export async function withLive<Result>(
  context: CliContext,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await startLive(context);
  try {
    return await work(engine);
  } finally {
    await engine.stop();
  }
}

/**
 * The first frame that is as wanted. Rejects with `no-samples` when sampling stops or nothing comes, and with whatever
 * `wanted` throws.
 */
export function frameWhen(engine: Engine, wanted: (frame: Frame) => boolean): Promise<Frame> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      stopListening();
      clearTimeout(timer);
      settle();
    };
    const check = (): void => {
      const frame = engine.frame();
      const status = engine.status();
      try {
        if (frame !== null && wanted(frame)) end(() => resolve(frame));
        else if (status.state === "stopped") end(() => reject(noSamples(status.reason)));
      } catch (error) {
        end(() => reject(error));
      }
    };
    const timer = setTimeout(() => {
      if (engine.frame() === null) end(() => reject(noSamples("no answer in time")));
    }, FIRST_SAMPLE_MS);
    const stopListening = engine.onChange(check);
    check();
  });
}

function noSamples(reason: string): CliError {
  return new CliError("no-samples", `This machine's processes can't be sampled: ${reason}; try again.`);
}
