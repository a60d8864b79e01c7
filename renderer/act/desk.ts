import type { Action } from "../../core/act/action.ts";
import type { Revealed } from "../../core/act/reveal.ts";
import type { ExampleId } from "../../core/launch/examples.ts";
import { type LaunchCommand, type LaunchOutcome, MOST_OUTPUT } from "../../core/launch/launch.ts";
import { withRecentCommand } from "../../core/launch/recent-commands.ts";
import type { Requests, StackAnswer, Transport } from "../../core/page/protocol.ts";
import type { ProcessList } from "../../core/process/process-list.ts";
import { actionWords, launchSentence, refusalSentence, revealSentence } from "../../words/act.ts";
import type { Page } from "../page/page.ts";
import { createStore, type Store } from "../page/store.ts";
import type { Surroundings } from "../page/surroundings.ts";
import type { SettingsKeeper } from "../settings/settings-keeper.ts";
import type { LaunchedProgram, Sheet, SheetTarget } from "./sheet.ts";

/** How often a launched program is looked at while its panel is there, milliseconds. */
const WATCH_MS = 500;

/** What lies over the window, and everything that a user can do beyond looking. */
export interface Desk {
  readonly store: Store<{ readonly sheet: Sheet | null; readonly launched: LaunchedProgram | null }>;
  readonly settings: SettingsKeeper;
  open(sheet: Sheet): void;
  close(): void;
  act(target: SheetTarget, action: Action): Promise<void>;
  reveal(target: SheetTarget, what: Revealed): Promise<void>;
  stack(target: SheetTarget): Promise<StackAnswer>;
  /** All processes at the time, and over the range, that is shown. */
  processes(): Promise<ProcessList | null>;
  /** Starts a program and keeps its command; answers with what went wrong, or null. */
  launch(command: LaunchCommand): Promise<string | null>;
  launchExample(id: ExampleId): Promise<void>;
  endLaunched(firmly: boolean): Promise<void>;
  closeLaunched(): void;
  /** Saves a picture where the user says; desktop only. */
  savePicture(name: string, picture: Requests["savePicture"]["argument"]["picture"]): Promise<void>;
  /** Puts settings in force, and says when they could not be kept. */
  changeSettings(patch: Parameters<SettingsKeeper["change"]>[0]): Promise<void>;
}

/** What the desk works with. */
export interface DeskParts {
  readonly transport: Transport;
  readonly page: Page;
  readonly around: Surroundings;
  readonly settings: SettingsKeeper;
}

/** Makes the desk; nothing lies on it. */
export function createDesk({ transport, page, around, settings }: DeskParts): Desk {
  const store = createStore<{ readonly sheet: Sheet | null; readonly launched: LaunchedProgram | null }>({
    sheet: null,
    launched: null,
  });
  let stopWatching: (() => void) | null = null;

  const failed = (error: unknown) => page.say("failed", error instanceof Error ? error.message : String(error));

  /** Takes in what a launched program printed, and selects the runtime that it became as soon as it is in the list. */
  const look = async () => {
    const known = store.get().launched;
    if (known === null) return;
    const from = known.from;
    const state = await transport.request("launched", { id: known.id, from }).catch(() => null);
    const now = store.get().launched;
    if (state === null || now === null || now.id !== known.id || now.from !== from) return;
    const output = (now.output + state.output.text).slice(-MOST_OUTPUT);
    store.set({
      launched: {
        ...now,
        output,
        from: state.output.from + state.output.text.length,
        cut: now.cut || state.output.from > from || output.length < now.output.length + state.output.text.length,
        ended: state.ended,
        rowId: state.rowId,
      },
    });
    if (state.rowId !== null && !selected && page.list.rows.get(state.rowId) !== undefined) {
      selected = true;
      page.select(state.rowId);
    }
    if (state.ended !== null) stop();
  };
  let selected = false;
  const stop = () => {
    stopWatching?.();
    stopWatching = null;
  };

  const started = (outcome: LaunchOutcome, program: string): string | null => {
    if (outcome.state === "failed") return launchSentence(outcome.problem, program);
    stop();
    selected = false;
    const { id, pid, title } = outcome;
    store.set({ launched: { id, pid, title, output: "", from: 0, cut: false, ended: null, rowId: null } });
    stopWatching = around.every(WATCH_MS, () => void look());
    void look();
    return null;
  };

  return {
    store,
    settings,
    open: (sheet) => store.set({ sheet }),
    close: () => store.set({ sheet: null }),
    async act(target, action) {
      const { name, ...identity } = target;
      const program = `${name} (pid ${target.pid})`;
      try {
        const outcome = await transport.request("act", { ...identity, action });
        if (outcome.state === "done") page.say("done", actionWords(action).done(program));
        else page.say("failed", refusalSentence(outcome.refusal, program));
      } catch (error) {
        failed(error);
      }
    },
    async reveal({ name, ...identity }, what) {
      try {
        const problem = revealSentence(await transport.request("reveal", { ...identity, what }), name);
        if (problem !== null) page.say("failed", problem);
      } catch (error) {
        failed(error);
      }
    },
    stack({ processRowId }) {
      const { source, file, pausedAtMs, view } = page.store.get();
      const wallMs = file !== null ? (view?.wallMs ?? null) : pausedAtMs;
      return transport.request("stack", { source, processRowId, wallMs });
    },
    processes() {
      const { source, file, pausedAtMs, view, range } = page.store.get();
      const toWallMs = range?.toWallMs ?? (file === null ? pausedAtMs : (view?.wallMs ?? null));
      return transport.request("processes", { source, fromWallMs: range?.fromWallMs ?? null, toWallMs });
    },
    async launch(command) {
      try {
        const problem = started(await transport.request("launch", command), command.words[0] ?? "");
        if (problem === null) {
          const { recentCommands } = settings.store.get().settings;
          await this.changeSettings({ recentCommands: withRecentCommand(recentCommands, command) });
        }
        return problem;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    async launchExample(id) {
      try {
        const problem = started(await transport.request("launchExample", { id }), "The example");
        if (problem !== null) page.say("failed", problem);
      } catch (error) {
        failed(error);
      }
    },
    async endLaunched(firmly) {
      const { launched } = store.get();
      if (launched === null) return;
      await transport.request("endLaunched", { id: launched.id, firmly }).catch(failed);
      await look();
    },
    closeLaunched() {
      stop();
      store.set({ launched: null });
    },
    async savePicture(name, picture) {
      const outcome = await transport.request("savePicture", { name, picture });
      if (outcome.state === "saved") page.say("done", `Saved ${outcome.fileName}.`);
      if (outcome.state === "failed") page.say("failed", outcome.message);
    },
    async changeSettings(patch) {
      const before = settings.store.get().settings;
      const problem = await settings.change(patch).catch((error: Error) => error.message);
      if (problem !== null) page.say("failed", problem);
      const { intervalMs } = settings.store.get().settings;
      const { welcome } = page.store.get();
      if (welcome !== null && welcome.shell === "desktop" && intervalMs !== before.intervalMs) {
        page.store.set({ welcome: { ...welcome, intervalMs } });
      }
    },
  };
}
