import { join } from "node:path";
import type { OpenOutcome } from "../../core/protocol.ts";
import type { Engine } from "../../sampler/engine.ts";
import { readTextFile } from "../../sampler/files.ts";
import { createViewerService, type ViewerService } from "../../sampler/viewer-service.ts";
import { type CommandArguments, numberOption } from "../arguments.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Command } from "../command.ts";
import type { CliContext } from "../context.ts";
import { EXPORTERS } from "../exporters.ts";
import { listText } from "../list-text.ts";
import { frameWhen, startLive } from "../live.ts";
import { type RunningServer, startServer } from "../server.ts";
import { untilInterrupted } from "../signals.ts";

const INTERVAL_MS = 1000;
/** The list printed at the start says something when its figures cover this long, seconds. */
const LIST_SECONDS = 1.4;

async function listen(service: ViewerService, port: number, context: CliContext): Promise<RunningServer> {
  const pageDirectory = join(context.bundleDirectory, "page");
  try {
    return await startServer({ service, pageDirectory, port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code === "EADDRINUSE") {
      throw new CliError(
        "port",
        `Port ${port} is taken by another program; choose another with --port, or leave it out.`,
      );
    }
    if (code === "EACCES") {
      throw new CliError(
        "port",
        `Port ${port} may only be used by root; choose one from 1024 on, or leave --port out.`,
      );
    }
    if (code === "ENOENT") {
      throw new CliError("not-built", "The page was not built; `npm start` in the project builds it.");
    }
    throw new CliError("port", `The page can't be served on 127.0.0.1 (${code}); check the network settings.`);
  }
}

function serviceOf(engine: Engine, context: CliContext): ViewerService {
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
    copyText: null,
    exporters: EXPORTERS,
  });
}

async function openFirst(service: ViewerService, path: string): Promise<void> {
  const read = await readTextFile(path);
  if (!read.ok) throw new CliError("unreadable", read.message);
  const outcome: OpenOutcome = await service.openFile(path, read.text);
  if (outcome.state === "failed") throw new CliError("bad-file", outcome.message);
}

async function serve(given: CommandArguments, context: CliContext): Promise<number> {
  if (given.positionals.length > 1 || given.launched !== null) {
    throw new CliError("usage", "`gilscope serve` takes one file at most; `gilscope help serve` shows how.");
  }
  const port = numberOption(given, "port", 0, 0, 65_535);
  if (!Number.isInteger(port)) throw new CliError("usage", "--port takes a whole number.");
  const engine = await startLive(context, INTERVAL_MS);
  const service = serviceOf(engine, context);
  let server: RunningServer | null = null;
  try {
    const [path] = given.positionals;
    if (path !== undefined) await openFirst(service, path);
    server = await listen(service, port, context);
    const { url } = server;
    // The list below is looked at; the service takes its attention back when no page is opened.
    await service.handle("visibility", { visible: true });
    await untilInterrupted((done) => {
      void greet(engine, url, context).catch(done);
      return () => {};
    });
  } finally {
    service.close();
    await server?.close();
    await engine.stop();
  }
  return EXIT.ok;
}

async function greet(engine: Engine, url: string, context: CliContext): Promise<void> {
  await context.print(`Gilscope is at ${url}\nOnly this machine can open it; Ctrl-C ends it.\n\n`);
  const frame = await frameWhen(engine, (candidate) => candidate.windowSeconds >= LIST_SECONDS);
  await context.print(listText(frame, context.columns));
}

export const serveCommand: Command = {
  name: "serve",
  forms: ["serve [FILE] [--port N]"],
  summary: "Shows the window's page in a browser on this machine, until it is interrupted.",
  options: { port: { type: "string", placeholder: "N", help: "Port on 127.0.0.1; default any free one." } },
  run: serve,
};
