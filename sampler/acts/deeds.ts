import type { ActOutcome } from "../../core/act/action.ts";
import type { Revealed } from "../../core/act/reveal.ts";
import type { Frame, RuntimeFrame } from "../../core/frame/frame.ts";
import type { LaunchCommand, LaunchOutcome } from "../../core/launch/launch.ts";
import type { DeedName, ExportOutcome, PictureArea, Requests, SettingsAnswer } from "../../core/page/protocol.ts";
import type { Settings } from "../../core/settings/settings.ts";
import { act, systemActs } from "./act.ts";
import { exampleCommand } from "./example.ts";
import type { Launcher } from "./launcher.ts";

/** What only a desktop shell offers. */
export interface DesktopServices {
  readonly launcher: Launcher;
  /** Folder that example programs are written to. */
  readonly examplesFolder: string;
  /** Shows a file or folder in the system's file manager. */
  readonly showInFolder: (path: string) => void;
  readonly settings: () => SettingsAnswer;
  /** Puts settings in force and keeps them; answers with what went wrong, or null. */
  readonly keepSettings: (settings: Settings) => Promise<string | null>;
  /** The window as it looks, or a part of it, as a PNG file. */
  readonly capture: (area: PictureArea | null) => Promise<Uint8Array>;
  readonly savePicture: (name: string, content: string | Uint8Array) => Promise<ExportOutcome>;
}

/** What a viewer may do besides looking. */
export interface DeedOptions {
  readonly frame: () => Frame | null;
  /** Whether signals, priorities and affinities may be set. */
  readonly actions: boolean;
  readonly ownProcessIds: () => readonly number[];
  /** Null where there is no desktop shell. */
  readonly desktop: DesktopServices | null;
}

type Deeds = {
  readonly [Name in DeedName]: (argument: Requests[Name]["argument"]) => Promise<Requests[Name]["answer"]>;
};

const NOT_HERE = "Only the desktop window can do this.";

/** Answers the requests that do something: to a runtime, to files, to settings. What is not offered is refused with a value. */
export function createDeeds({ frame, actions, ownProcessIds, desktop }: DeedOptions): Deeds {
  const around = systemActs(ownProcessIds);
  const runtimes = (): readonly RuntimeFrame[] => frame()?.runtimes ?? [];

  const launch = async (command: LaunchCommand | null): Promise<LaunchOutcome> => {
    if (desktop === null) return { state: "failed", problem: "not-allowed" };
    if (command === null) return { state: "failed", problem: "no-python" };
    return desktop.launcher.start(command);
  };

  return {
    act: async ({ action, ...target }): Promise<ActOutcome> => {
      if (!actions) return { state: "refused", refusal: "not-allowed" };
      if (process.platform !== "linux") return { state: "refused", refusal: "unsupported" };
      return act(target, action, runtimes(), around);
    },
    reveal: async ({ what, processRowId, pid, startTicks }) => {
      if (desktop === null) return "not-allowed";
      const runtime = runtimes().find(({ rowId }) => rowId === processRowId);
      if (runtime === undefined || runtime.pid !== pid || runtime.startTicks !== startTicks) return "not-a-runtime";
      const path = pathOf(runtime, what);
      if (path === null) return "no-path";
      desktop.showInFolder(path);
      return "shown";
    },
    launch,
    launchExample: async ({ id }) => {
      if (desktop === null) return { state: "failed", problem: "not-allowed" };
      const command = await exampleCommand(id, desktop.examplesFolder).catch(() => "failed" as const);
      return command === "failed" ? { state: "failed", problem: "failed" } : launch(command);
    },
    launched: async ({ id, from }) => desktop?.launcher.state(id, from, runtimes()) ?? null,
    endLaunched: async ({ id, firmly }) => desktop?.launcher.end(id, firmly) ?? false,
    settings: async () => desktop?.settings() ?? { settings: null, problem: null },
    keepSettings: async ({ settings }) => (desktop === null ? NOT_HERE : desktop.keepSettings(settings)),
    savePicture: async ({ name, picture }) => {
      if (desktop === null) return { state: "failed", message: NOT_HERE };
      const content = picture.kind === "svg" ? picture.text : await desktop.capture(picture.area);
      return desktop.savePicture(`${name}.${picture.kind}`, content);
    },
  };
}

/** Absolute paths only: what the kernel names otherwise (`(deleted)`, other roots) is no place to go to. */
function pathOf(runtime: RuntimeFrame, what: Revealed): string | null {
  const { executablePath, workingDirectory, python } = runtime;
  const path =
    what === "environment"
      ? python.virtualEnvironment
      : what === "executable"
        ? executablePath.known && executablePath.value
        : workingDirectory.known && workingDirectory.value;
  return typeof path === "string" && path.startsWith("/") && !path.endsWith(" (deleted)") ? path : null;
}
