import type { Transport } from "../../core/page/protocol.ts";
import type { PageState } from "../page/page-state.ts";
import { createStore, type Store } from "../page/store.ts";
import type { Surroundings } from "../page/surroundings.ts";
import { LaneModel } from "./lane-model.ts";

/** Time between two answers while the newest moment is on screen, and while it is not, milliseconds. */
const FOLLOWING_MS = 100;
const BEHIND_MS = 1000;
const RESTING_MS = 300;

/** Whether lanes come in. */
export interface LanesState {
  readonly open: boolean;
  /** `waiting`: nothing yet. `none`: this runtime has no GIL that can be read, or the source is a file. */
  readonly state: "waiting" | "coming" | "none";
  /** Counts answers: the model has changed. */
  readonly version: number;
  /** Whether the newest moment is on screen. */
  readonly following: boolean;
}

/** The lanes of the selected runtime: asked for while they are open, and not a moment longer. */
export interface LaneControl {
  readonly store: Store<LanesState>;
  /** What was seen; begins anew with each runtime. */
  readonly model: () => LaneModel;
  toggle(): void;
  setFollowing(following: boolean): void;
  stop(): void;
}

/** Makes the control; lanes are closed. */
export function createLaneControl(transport: Transport, page: Store<PageState>, around: Surroundings): LaneControl {
  const store = createStore<LanesState>({ open: false, state: "waiting", version: 0, following: true });
  let model = new LaneModel();
  let modelOf = "";
  let running = false;

  const resting = () => {
    const { pausedAtMs, connection, detail } = page.get();
    const ended = detail?.state === "known" && detail.ended !== "no";
    return around.hidden() || pausedAtMs !== null || connection.state !== "connected" || ended;
  };

  const run = async () => {
    if (running) return;
    running = true;
    while (store.get().open) {
      const { source, selectedRowId } = page.get();
      const key = `${source} ${selectedRowId}`;
      if (key !== modelOf) {
        model = new LaneModel();
        modelOf = key;
        store.set({ state: "waiting", version: store.get().version + 1, following: true });
      }
      if (selectedRowId === null || resting()) {
        await around.wait(RESTING_MS);
        continue;
      }
      try {
        const fromMonotonicMs = Number.isFinite(model.toMs) ? model.toMs : 0;
        const answer = await transport.request("lanes", { source, processRowId: selectedRowId, fromMonotonicMs });
        if (`${page.get().source} ${page.get().selectedRowId}` !== key) continue;
        if (answer) model.take(answer);
        store.set({ state: answer ? "coming" : "none", version: store.get().version + 1 });
        await around.wait(answer && store.get().following ? FOLLOWING_MS : BEHIND_MS);
      } catch {
        // The pull loop notices a lost connection and says so; the lanes come back with it.
        await around.wait(BEHIND_MS);
      }
    }
    running = false;
  };

  return {
    store,
    model: () => model,
    toggle() {
      store.set({ open: !store.get().open });
      if (store.get().open) void run();
      else modelOf = "";
    },
    setFollowing: (following) => store.set({ following }),
    stop: () => store.set({ open: false }),
  };
}
