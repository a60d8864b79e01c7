import { advance, type CoreState, initialState } from "../../core/advance.ts";
import { viewOf } from "../../core/frame/view-of.ts";
import { History } from "../../core/history/history.ts";
import type {
  RecordingStatus,
  RequestName,
  Requests,
  SamplerStatus,
  SourceId,
  SourceInfo,
  Transport,
} from "../../core/page/protocol.ts";
import { stackAnswer } from "../../core/page/stack-answer.ts";
import { diffReport } from "../../core/report/diff-report.ts";
import type { RawSample } from "../../core/sample/raw-sample.ts";
import { type SimulatedMachine, SimulatedSession } from "../../core/testing/sample-builder.ts";
import { manyRuntimes } from "../../core/testing/scenarios.ts";
import { simulatedLanes } from "../../core/testing/simulated-lanes.ts";
import { RequestFailure } from "../client/request-failure.ts";
import { simulatedDeeds } from "./deeds.ts";
import { createRandom, jittered, unevenCpus } from "./jitter.ts";
import {
  DENIED,
  EMPTY,
  HORDE,
  HOSTILE,
  INTERPRETERS,
  MANY_LANES,
  MANY_THREADS,
  WORKSTATION,
  without,
} from "./machines.ts";
import { inGenerations, inPhases } from "./phases.ts";

/** Situations the page can be looked at in; `?scenario=` of the address. */
export type Scenario =
  | "demo"
  | "empty"
  | "many"
  | "threads"
  | "hostile"
  | "interpreters"
  | "denied"
  | "first"
  | "ended"
  | "stopped"
  | "restarting"
  | "lost"
  | "refused"
  | "file"
  | "phases"
  | "lanes"
  | "rows"
  | "horde"
  | "churn";

const TRAIN_PID = 41210;
const POOL_PID = 4600;
/** Seconds of history there are when the page opens. */
const WARM_SECONDS = 75;
const PHASES_SECONDS = 290;
/** Large machines have a short past: every second of it takes time to make up. */
const BRIEF: ReadonlySet<Scenario> = new Set(["many", "rows", "horde"]);
/** After so many frames that the page has asked for, what the scenario is about happens. */
const TURN_AFTER = 3;

function machineOf(scenario: Scenario): SimulatedMachine {
  switch (scenario) {
    case "empty":
      return EMPTY;
    case "many":
      return manyRuntimes(480, 4);
    case "threads":
      return MANY_THREADS;
    case "lanes":
      return MANY_LANES;
    case "rows":
      return manyRuntimes(2000, 1);
    case "horde":
      return HORDE;
    case "hostile":
      return HOSTILE;
    case "interpreters":
      return INTERPRETERS;
    case "denied":
      return DENIED;
    default:
      return WORKSTATION;
  }
}

function statusOf(scenario: Scenario): SamplerStatus {
  switch (scenario) {
    case "stopped":
      return { state: "stopped", reason: "it failed three times within a minute" };
    case "restarting":
      return { state: "restarting", reason: "the worker that reads the tables ended" };
    default:
      return { state: "live" };
  }
}

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** The sample with the rights of the scenario. */
function seen(sample: RawSample, scenario: Scenario): RawSample {
  if (scenario !== "denied") return sample;
  const withheld: Readonly<Record<string, string>> = {
    futexProbe: "yama-scope-1",
    gilMemory: "yama-scope-1",
    otherUsers: "hidepid",
  };
  return {
    ...sample,
    capabilities: sample.capabilities.map((capability) => {
      const obstacle = withheld[capability.id];
      return obstacle === undefined ? capability : { ...capability, available: false, reason: "denied", obstacle };
    }),
  };
}

/** What the page is told that it runs in. */
export type SimulatedShell = "desktop" | "browser" | "browser-that-acts";

/** A transport on a machine on paper: real core, real verdicts, no operating system. */
export function simulatedTransport(
  scenario: Scenario,
  intervalMs = 1000,
  shell: SimulatedShell = "browser",
): Transport {
  const machine = machineOf(scenario);
  const random = createRandom(7);
  const session = new SimulatedSession(machine.onlineCpus);
  const history = new History(session.header);
  const shares = Array.from({ length: machine.onlineCpus ?? 4 }, (_, cpu) => 1.9 / (1 + cpu * 0.35) + 0.1 * random());
  let state: CoreState = initialState(session.header);
  let now = machine;
  let asked = 0;
  let latest = -1;
  let stepped = 0;
  let recording: RecordingStatus | null = null;

  const machineAt = (second: number): SimulatedMachine => {
    if (scenario === "phases") return inPhases(now, TRAIN_PID, POOL_PID, second);
    return scenario === "churn" ? inGenerations(now, POOL_PID, second) : now;
  };

  const step = () => {
    const at = machineAt(stepped);
    stepped += 1;
    const sample = seen(unevenCpus(session.step(jittered(at, random)), shares), scenario);
    const next = advance(state, sample);
    state = next.state;
    history.push(sample, next.frame, state.memory);
    latest = next.frame.sequence;
  };
  const warmSeconds = BRIEF.has(scenario) ? 8 : scenario === "phases" ? PHASES_SECONDS : WARM_SECONDS;
  while (stepped < warmSeconds) step();

  const source = (id: SourceId): SourceInfo => ({
    id,
    fileName: id === "live" ? null : "before-the-release.gilscope.json",
    host: { ...session.header.host, hostName: id === "live" ? "orion" : "build-07" },
    capabilities: history.latest()?.capabilities ?? [],
    firstWallMs: history.firstWallMs,
    lastWallMs: history.lastWallMs,
  });

  const turn = () => {
    asked += 1;
    if (asked < TURN_AFTER) return;
    if (scenario === "lost") throw new RequestFailure("unreachable", "the program has ended");
    if (scenario === "refused") throw new RequestFailure("refused", "wrong token");
    if (scenario === "ended") now = without(machine, TRAIN_PID);
  };

  const answers: {
    readonly [Name in RequestName]: (argument: Requests[Name]["argument"]) => Promise<Requests[Name]["answer"]>;
  } = {
    welcome: async () => {
      if (asked >= TURN_AFTER) turn();
      return {
        programVersion: "0.1.0",
        engine: "",
        shell: shell === "desktop" ? "desktop" : "browser",
        sandboxOff: false,
        intervalMs,
        actions: shell !== "browser",
        canRecord: true,
        startSource: scenario === "file" ? "file-1" : "live",
        sources: scenario === "file" ? [source("live"), source("file-1")] : [source("live")],
      };
    },
    nextFrame: async ({ after, selectedRowId }) => {
      if (scenario === "first") {
        await wait(10_000);
        return { status: { state: "starting" }, view: null };
      }
      if (after >= latest) await wait(intervalMs);
      turn();
      step();
      const frame = history.latest();
      const written = recording === null ? {} : { recording };
      return { status: statusOf(scenario), view: frame && viewOf(frame, selectedRowId), ...written };
    },
    frameAt: async ({ wallMs, selectedRowId }) => {
      const frame = history.frameAt(wallMs);
      return { status: statusOf(scenario), view: frame && viewOf(frame, selectedRowId) };
    },
    frameBetween: async ({ fromWallMs, toWallMs, selectedRowId }) => {
      const frame = history.frameBetween(fromWallMs, toWallMs);
      const ended = history.endingsBetween(fromWallMs, toWallMs);
      return { status: statusOf(scenario), view: frame && viewOf(frame, selectedRowId, ended) };
    },
    timeLine: async ({ points, eventsAfter }) => history.timeLine(points, eventsAfter),
    mark: async ({ wallMs }) => history.mark(wallMs),
    compareRanges: async ({ before, after }) => {
      const older = history.frameBetween(before.fromWallMs, before.toWallMs);
      const newer = history.frameBetween(after.fromWallMs, after.toWallMs);
      const { header } = session;
      return older && newer && diffReport({ header, frame: older }, { header, frame: newer });
    },
    series: async ({ rowId, untilWallMs, seconds, points, followedRowId }) =>
      history.series(rowId, untilWallMs, seconds, points, followedRowId),
    threadSparklines: async ({ processRowId, rowIds, untilWallMs, seconds, points }) =>
      history.threadSparklines(processRowId, rowIds, untilWallMs, seconds, points),
    sparklines: async ({ rowIds, untilWallMs, seconds, points }) =>
      history.sparklines(rowIds, untilWallMs, seconds, points),
    lanes: async ({ source: id, processRowId, fromMonotonicMs }) => {
      const frame = history.latest();
      const view = frame && viewOf(frame, processRowId).selected;
      if (id !== "live" || frame === null || view === null || view.runtime.gils.length === 0) return null;
      const { wallMs, monotonicMs } = frame;
      return simulatedLanes(processRowId, view.threads, fromMonotonicMs, monotonicMs, wallMs - monotonicMs);
    },
    stack: async ({ processRowId, wallMs }) =>
      stackAnswer(wallMs === null ? history.latest() : history.frameAt(wallMs), processRowId),
    processes: async ({ fromWallMs, toWallMs }) => history.processes(fromWallMs, toWallMs),
    visibility: async () => null,
    exportSnapshot: async ({ format }) => ({
      state: "content",
      fileName: format === "json" ? "orion.gilscope.json" : `orion-${format}.csv`,
      mediaType: format === "json" ? "application/json" : "text/csv",
      body: "simulated\n",
    }),
    openFile: async ({ fileName }) =>
      fileName.endsWith(".json")
        ? { state: "opened", source: { ...source("file-1"), fileName } }
        : { state: "failed", message: `${fileName} is not a Gilscope snapshot or recording.` },
    opening: async () => null,
    closeFile: async () => null,
    record: async ({ on }) => {
      recording = on
        ? { state: "recording", fileName: "orion.gilscope", startedWallMs: Date.now(), samples: 0, bytes: 4096 }
        : { state: "saved", fileName: "orion.gilscope", samples: 12, bytes: 40_960 };
      return recording;
    },
    copyText: async () => null,
    ...simulatedDeeds(shell === "desktop", () => history.latest()?.runtimes ?? []),
  };

  return {
    request: (name, argument) =>
      (answers[name] as (value: typeof argument) => Promise<Requests[typeof name]["answer"]>)(argument),
  };
}
