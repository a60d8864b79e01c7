import { advance, initialState } from "../../core/advance.ts";
import type { Frame } from "../../core/frame/frame.ts";
import { viewOf } from "../../core/frame/view-of.ts";
import { History } from "../../core/history/history.ts";
import type { SamplerStatus } from "../../core/page/protocol.ts";
import { stackAnswer } from "../../core/page/stack-answer.ts";
import type { Attention } from "../../core/probe/probe-plan.ts";
import { type SimulatedMachine, SimulatedSession } from "../../core/testing/sample-builder.ts";
import { simulatedLanes } from "../../core/testing/simulated-lanes.ts";
import type { Engine } from "../engine.ts";

/** An engine on a machine on paper: each step is one sample. */
export interface SimulatedEngine extends Engine {
  step(machine: SimulatedMachine): void;
  setStatus(status: SamplerStatus): void;
  /** What was asked for, oldest first. */
  readonly attentions: readonly Attention[];
}

export function simulatedEngine(onlineCpus = 16): SimulatedEngine {
  const session = new SimulatedSession(onlineCpus);
  const history = new History(session.header);
  const listeners = new Set<() => void>();
  const attentions: Attention[] = [];
  let state = initialState(session.header);
  let frame: Frame | null = null;
  let status: SamplerStatus = { state: "starting" };
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  return {
    header: session.header,
    history,
    attentions,
    capabilities: () => frame?.capabilities ?? [],
    frame: () => frame,
    status: () => status,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setAttention: (attention) => attentions.push(attention),
    setPace: ({ historySeconds }) => history.keepFor(historySeconds),
    lanes: (processRowId, fromMonotonicMs) => {
      const threads = frame === null ? null : (viewOf(frame, processRowId).selected?.threads ?? null);
      if (frame === null || threads === null || attentions[attentions.length - 1]?.lanesRowId !== processRowId)
        return null;
      const { wallMs, monotonicMs } = frame;
      return simulatedLanes(processRowId, threads, fromMonotonicMs, monotonicMs, wallMs - monotonicMs);
    },
    readStacks: async (processRowId) => stackAnswer(frame, processRowId),
    stop: async () => {},
    step: (machine) => {
      const sample = session.step(machine);
      const next = advance(state, sample);
      state = next.state;
      frame = next.frame;
      status = { state: "live" };
      history.push(sample, frame, state.memory);
      tell();
    },
    setStatus: (next) => {
      status = next;
      tell();
    },
  };
}
