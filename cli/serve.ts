import { join, resolve } from "node:path";
import type { OpenOutcome } from "../core/page/protocol.ts";
import type { Engine } from "../sampler/engine.ts";
import { fileFailure, readTextFile } from "../sampler/files.ts";
import { createViewerService, type ViewerService } from "../sampler/viewer-service.ts";
import { type CommandArguments, numberOption } from "./arguments.ts";
import { CliError, EXIT } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { exportersIn } from "./exporters.ts";
import { listText } from "./list-text.ts";
import { frameWhen, startLive } from "./live.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import { readTokenFile } from "./metrics/token-file.ts";
import { type RunningServer, type ServeOptions, startServer } from "./server.ts";
import { untilInterrupted } from "./signals.ts";

const INTERVAL_MS = 1000;
/** The list printed at the start says something when its figures cover this long, seconds. */
const LIST_SECONDS = 1.4;

async function listen(options: Omit<ServeOptions, "pageDirectory">, context: CliContext): Promise<RunningServer> {
  const { at } = options;
  const pageDirectory = join(context.bundleDirectory, "page");
  try {
    return await startServer({ ...options, pageDirectory });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (typeof at === "string" && code !== "ENOENT") {
      const { reason, remedy } = fileFailure(error);
      const taken = code === "EADDRINUSE";
      throw new CliError(
        "port",
        `The socket ${at} can't be made: ${taken ? "the path is taken; choose another" : `${reason}; ${remedy}`}.`,
      );
    }
    if (code === "EADDRINUSE") {
      throw new CliError(
        "port",
        `Port ${at} is taken by another program; choose another with --port, or leave it out.`,
      );
    }
    if (code === "EACCES") {
      throw new CliError("port", `Port ${at} may only be used by root; choose one from 1024 on, or leave --port out.`);
    }
    if (code === "ENOENT") {
      throw new CliError("not-built", "The page was not built; `npm start` in the project builds it.");
    }
    throw new CliError("port", `The page can't be served on 127.0.0.1 (${code}); check the network settings.`);
  }
}

function serviceOf(engine: Engine, actions: boolean, context: CliContext): ViewerService {
  return createViewerService({
    engine,
    welcome: () => ({
      programVersion: context.programVersion,
      engine: "",
      shell: "browser",
      sandboxOff: false,
      intervalMs: INTERVAL_MS,
    }),
    saveFile: null,
    chooseRecording: null,
    actions,
    ownProcessIds: () => [process.pid],
    copyText: null,
    exporters: exportersIn(context.bundleDirectory),
  });
}

async function openFirst(service: ViewerService, path: string, context: CliContext): Promise<void> {
  const read = await readTextFile(path);
  if (!read.ok) throw new CliError("unreadable", read.message);
  const outcome: OpenOutcome = await service.openFile(path, read.text);
  if (outcome.state === "failed") throw new CliError("bad-file", outcome.message);
  if (outcome.state === "opened" && outcome.note !== undefined) context.note(outcome.note);
}

/** Serves the page until it is interrupted; answers the exit code. */
export async function serve(given: CommandArguments, context: CliContext): Promise<number> {
  if (given.positionals.length > 1 || given.launched !== null) {
    throw new CliError("usage", "`gilscope serve` takes one file at most; `gilscope help serve` shows how.");
  }
  const port = numberOption(given, "port", 0, 0, 65_535);
  if (!Number.isInteger(port)) throw new CliError("usage", "--port takes a whole number.");
  const socket = given.text("socket");
  if (socket !== null && given.text("port") !== null) {
    throw new CliError("usage", "`gilscope serve` takes either --port or --socket; `gilscope help serve` shows how.");
  }
  const metricsToken = await metricsTokenOf(given);
  const engine = await startLive(context, INTERVAL_MS);
  const service = serviceOf(engine, given.flag("allow-actions"), context);
  const metrics = metricsToken === null ? null : createMetrics(engine, context.programVersion);
  let server: RunningServer | null = null;
  try {
    const [path] = given.positionals;
    if (path !== undefined) await openFirst(service, path, context);
    const answer: Metrics["answer"] = async (accept) => {
      // Whoever scrapes looks: without that nothing is probed, and verdicts would stand on counters alone.
      await service.handle("visibility", { visible: true });
      return (metrics as Metrics).answer(accept);
    };
    const scraped = metricsToken === null ? null : { token: metricsToken, answer };
    server = await listen({ service, at: socket ?? port, metrics: scraped }, context);
    const { url } = server;
    const tunnel = socket === null ? null : `ssh -L 8080:${resolve(socket)} HOST`;
    // The list below is looked at; the service takes its attention back when no page is opened.
    await service.handle("visibility", { visible: true });
    await untilInterrupted((done) => {
      void greet(engine, greeting(url, tunnel, given.flag("allow-actions"), scraped !== null), context).catch(done);
      return () => {};
    });
  } finally {
    metrics?.close();
    await service.close();
    await server?.close();
    await engine.stop();
  }
  return EXIT.ok;
}

/** Token of the metrics; null when none are served. */
async function metricsTokenOf(given: CommandArguments): Promise<string | null> {
  const path = given.text("metrics-token-file");
  if (given.flag("metrics") !== (path !== null)) {
    throw new CliError(
      "usage",
      "--metrics and --metrics-token-file FILE go together: who scrapes needs the token in FILE, which is made if it is missing.",
    );
  }
  return path === null ? null : readTokenFile(path);
}

function greeting(url: string, tunnel: string | null, actions: boolean, metrics: boolean): string {
  return [
    `Gilscope is at ${url}`,
    tunnel === null
      ? "Only this machine can open it; Ctrl-C ends it."
      : `once a tunnel leads there: ${tunnel}; Ctrl-C ends it.`,
    ...(actions ? ["Whoever opens it may also signal and reprioritise what runs here."] : []),
    ...(metrics ? ["Metrics are at /metrics, with the token of their file."] : []),
    "",
    "",
  ].join("\n");
}

async function greet(engine: Engine, text: string, context: CliContext): Promise<void> {
  await context.print(text);
  const frame = await frameWhen(engine, (candidate) => candidate.windowSeconds >= LIST_SECONDS);
  await context.print(listText(frame, context.columns));
}
