import { app, type BrowserWindow, clipboard } from "electron";
import { exportersIn } from "../cli/exporters.ts";
import type { ExportFormat, ExportOutcome, SourceId } from "../core/page/protocol.ts";
import { version } from "../package.json";
import { type Engine, startEngine } from "../sampler/engine.ts";
import { createViewerService, type ViewerService } from "../sampler/viewer-service.ts";
import { createDesktop, type Desktop } from "./desktop-services.ts";
import { chooseRecording, readNamedFile, saveFile } from "./files.ts";
import { createNoticeShell } from "./notice-shell.ts";
import { tellNotices } from "./notices.ts";

/** The engine and its viewer, behind the page and the menu. */
export interface Host {
  /** Answers one request of the page; waits for the engine where it is still starting. */
  handle(name: string, argument: unknown): Promise<unknown>;
  /** Says whether anybody can see the window. */
  setVisible(visible: boolean): void;
  /** Opens a file and makes it what the page shows first; answers with what went wrong, or null. */
  openFile(path: string, folder: string): Promise<string | null>;
  /** Exports what the page shows. */
  exportShown(format: ExportFormat): Promise<ExportOutcome>;
  /** Ends the engine and its workers. */
  stop(): Promise<void>;
}

interface Started {
  readonly engine: Engine;
  readonly service: ViewerService;
  readonly desktop: Desktop;
}

/** Starts the engine at once, so that it samples while the window opens. */
export function createHost(window: () => BrowserWindow | null): Host {
  const started = start(window);
  let lastSource: SourceId = "live";

  async function handle(name: string, argument: unknown): Promise<unknown> {
    const { service } = await started;
    const answer = await service.handle(name, argument);
    if (name === "nextFrame" || name === "frameAt") lastSource = (argument as { readonly source: SourceId }).source;
    return answer;
  }

  return {
    handle,
    setVisible: (visible) => void handle("visibility", { visible }).catch(() => undefined),
    openFile: async (path, folder) => {
      const file = await readNamedFile(path, folder);
      if (!file.ok) return file.message;
      const { service } = await started;
      const outcome = await service.openFile(file.fileName, file.text);
      return outcome.state === "failed" ? outcome.message : null;
    },
    exportShown: async (format) =>
      (await handle("exportSnapshot", {
        source: lastSource,
        format,
        redact: true,
        untilWallMs: null,
      })) as ExportOutcome,
    stop: async () => {
      const { engine, service, desktop } = await started;
      await Promise.all([service.close(), desktop.launcher.close()]);
      await engine.stop();
    },
  };
}

async function start(window: () => BrowserWindow | null): Promise<Started> {
  const desktop = createDesktop(window, (settings) => engine.setPace(settings));
  const ownProcessIds = (): readonly number[] => app.getAppMetrics().map(({ pid }) => pid);
  const engine = await startEngine({
    intervalMs: desktop.currentSettings().intervalMs,
    workersDirectory: __dirname,
    threadScope: "runtimes",
    programVersion: version,
    ownProcessIds,
    probe: true,
  });
  engine.setPace(desktop.currentSettings());
  tellNotices(engine, desktop.currentSettings, createNoticeShell(window));
  const service = createViewerService({
    engine,
    actions: true,
    ownProcessIds,
    desktop,
    watchUnseen: () => desktop.currentSettings().notices.on,
    welcome: () => ({
      programVersion: version,
      engine: `Electron ${process.versions["electron"]}, Chromium ${process.versions["chrome"]}`,
      shell: "desktop",
      sandboxOff: app.commandLine.hasSwitch("no-sandbox"),
      intervalMs: desktop.currentSettings().intervalMs,
    }),
    saveFile: async (suggestedName, content) => {
      const parent = window();
      return parent === null ? { state: "cancelled" } : saveFile(parent, suggestedName, content.body);
    },
    chooseRecording: async () => {
      const parent = window();
      return parent === null ? null : chooseRecording(parent);
    },
    exporters: exportersIn(__dirname),
    copyText: async (text) => {
      await clipboard.writeText(text);
    },
  });
  return { engine, service, desktop };
}
