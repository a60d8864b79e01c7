import type { RuntimeFrame } from "../../core/frame/frame.ts";
import { valueOrNull } from "../../core/sample/reading.ts";
import { actionWords } from "../../words/act.ts";
import { runtimeTable } from "../../words/runtime-table.ts";
import { verdictMarkdown } from "../../words/verdict-markdown.ts";
import type { Page } from "../page/page.ts";
import { pastOf } from "../page/page-state.ts";
import type { Command } from "../palette/command.ts";
import type { Desk } from "./desk.ts";
import { targetOf } from "./target.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGKILL", "SIGSTOP", "SIGCONT"] as const;

/** What can be copied of a runtime, ended ones and those of files included. */
export function copyCommands(page: Page, runtime: RuntimeFrame): readonly Command[] {
  const row = page.list.rows.get(runtime.rowId);
  const { commandLine } = runtime;
  return [
    {
      id: "copy-verdict",
      title: "Copy verdict as Markdown",
      run: () => void page.copy(verdictMarkdown(runtime, pastOf(page.store.get())), "the verdict as Markdown"),
    },
    ...(row === undefined
      ? []
      : [{ id: "copy-row", title: "Copy row", run: () => void page.copy(runtimeTable([row]), "the row") }]),
    ...(commandLine === null
      ? []
      : [
          {
            id: "copy-command-line",
            title: "Copy command line",
            run: () => void page.copy(commandLine, "the command line"),
          },
        ]),
  ];
}

/** Shows or copies where a runtime's files are: the desktop shows them, a browser can only copy the path. */
export function placeCommands(page: Page, desk: Desk, runtime: RuntimeFrame, alive: boolean): readonly Command[] {
  const desktop = page.store.get().welcome?.shell === "desktop";
  const places = [
    ["executable", "executable", valueOrNull(runtime.executablePath)],
    ["environment", "virtual environment", runtime.python.virtualEnvironment],
    ["directory", "working directory", valueOrNull(runtime.workingDirectory)],
  ] as const;
  return places.flatMap(([what, name, path]): Command[] => {
    if (path === null) return [];
    if (desktop && alive) {
      return [
        {
          id: `reveal-${what}`,
          title: `Show ${name} in its folder`,
          run: () => void desk.reveal(targetOf(runtime), what),
        },
      ];
    }
    return [
      {
        id: `copy-${what}`,
        title: `Copy path of the ${name}`,
        run: () => void page.copy(path, `the path of the ${name}`),
      },
    ];
  });
}

/** What can be done to a runtime from here; nothing where acting is not allowed. */
export function actCommands(page: Page, desk: Desk, runtime: RuntimeFrame): readonly Command[] {
  if (page.store.get().welcome?.actions !== true) return [];
  const target = targetOf(runtime);
  return [
    ...SIGNALS.map((signal): Command => {
      const action = { kind: "signal", signal } as const;
      return {
        id: signal.toLowerCase(),
        title: `${actionWords(action).title}…`,
        run: () => desk.open({ kind: "act", target, wish: action }),
      };
    }),
    {
      id: "nice",
      title: "Set priority…",
      also: "nice renice",
      run: () => desk.open({ kind: "act", target, wish: { kind: "choose-nice" } }),
    },
    {
      id: "cpus",
      title: "Choose CPUs…",
      also: "affinity taskset pin",
      run: () => desk.open({ kind: "act", target, wish: { kind: "choose-cpus" } }),
    },
  ];
}

/** The stacks of all threads, now or at the time shown. */
export function stackCommand(desk: Desk, runtime: RuntimeFrame): Command {
  return {
    id: "stack",
    title: "Stacks of all threads…",
    also: "stack now dump traceback py-spy",
    run: () => desk.open({ kind: "stack", target: targetOf(runtime) }),
  };
}
