import type { Action, ActRefusal } from "../core/act/action.ts";
import { cpuListText } from "../core/act/cpu-list.ts";
import type { RevealOutcome } from "../core/act/reveal.ts";
import type { LaunchProblem } from "../core/launch/launch.ts";

/** An action in words: what it is called, what follows from it, and what to say when it is done. */
export interface ActionWords {
  /** On menus and buttons. */
  readonly title: string;
  /** Asked before it is done. */
  readonly question: (program: string) => string;
  readonly consequence: string;
  readonly done: (program: string) => string;
  /** Whether work may be lost by it. */
  readonly harmful: boolean;
}

/** What to say about an action. */
export function actionWords(action: Action): ActionWords {
  switch (action.kind) {
    case "signal":
      return SIGNALS[action.signal];
    case "nice":
      return {
        title: niceTitle(action.nice),
        question: (program) => `Set the priority of ${program}?`,
        consequence:
          action.nice < 0
            ? "All its threads come before those of other programs. This needs a right that ordinary users don’t have."
            : action.nice === 0
              ? "All its threads get the usual share of the CPUs again. Going back up from a lower priority needs a right that ordinary users don’t have."
              : "All its threads give way to other programs. Only where CPUs are scarce does it become slower.",
        done: (program) => `Set the priority of ${program} to ${action.nice}.`,
        harmful: false,
      };
    case "affinity": {
      const many = action.cpus.length !== 1;
      return {
        title: `${many ? "CPUs" : "CPU"} ${cpuListText(action.cpus)}`,
        question: (program) => `Choose the CPUs of ${program}?`,
        consequence: `All its threads of now, and those they start, may run on ${many ? "these CPUs" : "this CPU"} only.`,
        done: (program) => `${program} may use ${many ? "CPUs" : "CPU"} ${cpuListText(action.cpus)}.`,
        harmful: false,
      };
    }
  }
}

const SIGNALS: Readonly<Record<Extract<Action, { kind: "signal" }>["signal"], ActionWords>> = {
  SIGINT: {
    title: "Interrupt (SIGINT)",
    question: (program) => `Interrupt ${program}?`,
    consequence: "As Ctrl-C does: Python raises KeyboardInterrupt in its main thread, and most programs end.",
    done: (program) => `Sent SIGINT to ${program}.`,
    harmful: true,
  },
  SIGTERM: {
    title: "Terminate (SIGTERM)",
    question: (program) => `Terminate ${program}?`,
    consequence: "It is asked to end. Unless it handles that, it ends at once, and work that it has not saved is lost.",
    done: (program) => `Sent SIGTERM to ${program}.`,
    harmful: true,
  },
  SIGKILL: {
    title: "Kill (SIGKILL)",
    question: (program) => `Kill ${program}?`,
    consequence:
      "The system ends it at once. It can save nothing, and files that it was writing may be left half-written.",
    done: (program) => `Sent SIGKILL to ${program}.`,
    harmful: true,
  },
  SIGSTOP: {
    title: "Stop for now (SIGSTOP)",
    question: (program) => `Stop ${program} for now?`,
    consequence:
      "All its threads stand still until it is continued. Whoever waits for it waits on; connections may time out.",
    done: (program) => `Stopped ${program}; “Continue” lets it go on.`,
    harmful: true,
  },
  SIGCONT: {
    title: "Continue (SIGCONT)",
    question: (program) => `Let ${program} continue?`,
    consequence:
      "It goes on where it was stopped. A program that was not stopped notices nothing, unless it handles this signal.",
    done: (program) => `Let ${program} continue.`,
    harmful: false,
  },
};

function niceTitle(nice: number): string {
  switch (nice) {
    case 19:
      return "Lowest (19)";
    case 10:
      return "Low (10)";
    case 0:
      return "Usual (0)";
    default:
      return nice < 0 ? `High (${nice})` : String(nice);
  }
}

/** Why an action was not done. */
export function refusalSentence(refusal: ActRefusal, program: string): string {
  switch (refusal) {
    case "not-allowed":
      return "Acting on programs is not allowed from here; `gilscope serve --allow-actions` allows it.";
    case "not-a-runtime":
      return `Nothing was done: ${program} is not among the runtimes any more.`;
    case "own-process":
      return "Nothing was done: this is Gilscope itself.";
    case "gone":
      return `Nothing was done: ${program} has ended.`;
    case "denied":
      return `The system did not allow it: ${program} belongs to another user, or a right is missing.`;
    case "unsupported":
      return "This can’t be done on this system, or the program `taskset` is missing (package util-linux).";
    case "no-such-cpu":
      return `Nothing was done: ${program} may use none of these CPUs.`;
    case "failed":
      return `The system refused to do this to ${program}.`;
  }
}

/** What to say when a path could not be shown; null when it was. */
export function revealSentence(outcome: RevealOutcome, program: string): string | null {
  switch (outcome) {
    case "shown":
      return null;
    case "not-allowed":
      return "Only the desktop window can show files.";
    case "not-a-runtime":
      return `${program} is not among the runtimes any more.`;
    case "no-path":
      return `Where this is on the disk is not known for ${program}.`;
  }
}

/** Why a program was not started. */
export function launchSentence(problem: LaunchProblem, program: string): string {
  switch (problem) {
    case "not-allowed":
      return "Only the desktop window can start programs.";
    case "not-found":
      return `${program} was not found. Check its name, or give its whole path.`;
    case "not-executable":
      return `${program} can’t be executed. Check its rights; a script needs its interpreter in front: \`python ${program}\`.`;
    case "no-folder":
      return "There is no such working directory.";
    case "no-python":
      return "No Python was found: install Python 3, or put `python3` on the PATH that Gilscope is started with.";
    case "too-many":
      return "Eight programs run already; stop one first.";
    case "failed":
      return `${program} could not be started.`;
  }
}
