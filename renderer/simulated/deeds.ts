import type { RuntimeFrame } from "../../core/frame/frame.ts";
import type { DeedName, Requests } from "../../core/page/protocol.ts";
import { parseSettings, USUAL_SETTINGS } from "../../core/settings/settings.ts";

const LAUNCHED_PID = 41210;
const OUTPUT = `epoch 1/40  loss 0.6931
epoch 2/40  loss 0.6118
epoch 3/40  loss 0.5742
`;

/** Answers of a desktop shell on paper: whatever is asked for succeeds, and what is launched becomes `train.py`. */
export function simulatedDeeds(
  desktop: boolean,
  runtimes: () => readonly RuntimeFrame[],
): {
  readonly [Name in DeedName]: (argument: Requests[Name]["argument"]) => Promise<Requests[Name]["answer"]>;
} {
  // In a worker there is none.
  const kept = "localStorage" in globalThis ? localStorage.getItem("gilscope.settings") : null;
  let settings = parseSettings(kept ?? "") ?? USUAL_SETTINGS;
  let ended: { exitCode: number | null; signal: string | null } | null = null;
  const start = async () => {
    ended = null;
    return { state: "started", id: 1, pid: LAUNCHED_PID, title: "train.py" } as const;
  };
  return {
    act: async ({ processRowId }) =>
      runtimes().some(({ rowId }) => rowId === processRowId)
        ? { state: "done" }
        : { state: "refused", refusal: "not-a-runtime" },
    reveal: async () => "shown",
    launch: async ({ words }) =>
      words[0] === "missing" ? ({ state: "failed", problem: "not-found" } as const) : start(),
    launchExample: start,
    launched: async ({ from }) => ({
      id: 1,
      pid: LAUNCHED_PID,
      ended,
      rowId: runtimes().find(({ pid }) => pid === LAUNCHED_PID)?.rowId ?? null,
      output: { from, text: OUTPUT.slice(from) },
    }),
    endLaunched: async () => {
      ended = { exitCode: null, signal: "SIGTERM" };
      return true;
    },
    settings: async () => ({ settings: desktop ? settings : null, problem: null }),
    keepSettings: async ({ settings: chosen }) => {
      settings = chosen;
      return null;
    },
    savePicture: async ({ name, picture }) => ({ state: "saved", fileName: `${name}.${picture.kind}` }),
  };
}
