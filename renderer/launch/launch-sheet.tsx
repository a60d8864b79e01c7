import { useState } from "react";
import { commandText, commandWords, environmentLines } from "../../core/launch/command-words.ts";
import { REDACTED } from "../../core/sample/redact.ts";
import type { RecentCommand } from "../../core/settings/settings.ts";
import { useDesk, useSetting } from "../act/use-desk.ts";
import { CodeInText } from "../shell/emphasised.tsx";
import { SheetFoot } from "../shell/sheet-foot.tsx";
import { SheetFrame } from "../shell/sheet-frame.tsx";

const PROBLEMS: Readonly<Record<"empty" | "open-quote" | "open-backslash", string>> = {
  empty: "Write a program and its arguments.",
  "open-quote": "A quote is not closed.",
  "open-backslash": "Something must follow the backslash.",
};

function environmentText({ environment }: RecentCommand): string {
  return environment.map(({ name, value }) => `${name}=${value}`).join("\n");
}

/** Starts a program as an own child and watches it. Nothing of the command is read by a shell. */
export function LaunchSheet() {
  const desk = useDesk();
  const recent = useSetting((settings) => settings.recentCommands);
  const [command, setCommand] = useState(() => (recent[0] ? commandText(recent[0].words) : ""));
  const [folder, setFolder] = useState(() => recent[0]?.workingDirectory ?? "");
  const [environment, setEnvironment] = useState(() => (recent[0] ? environmentText(recent[0]) : ""));
  const [problem, setProblem] = useState<string | null>(null);
  const [starting, setStarting] = useState(false);
  const words = commandWords(command);
  const variables = environmentLines(environment);
  const redacted = `${command}\n${environment}`.includes(REDACTED);

  const choose = (at: string) => {
    const chosen = recent[Number(at)];
    if (!chosen) return;
    setCommand(commandText(chosen.words));
    setFolder(chosen.workingDirectory ?? "");
    setEnvironment(environmentText(chosen));
    setProblem(null);
  };

  const start = async () => {
    if (!words.ok) return setProblem(PROBLEMS[words.problem]);
    if (!variables.ok) return setProblem(`“${variables.line}” is no NAME=value.`);
    if (redacted) return setProblem(`Secrets are not kept: put them in again where it says ${REDACTED}.`);
    setStarting(true);
    const failure = await desk.launch({
      words: words.words,
      workingDirectory: folder.trim() === "" ? null : folder.trim(),
      environment: variables.variables,
    });
    setStarting(false);
    if (failure === null) desk.close();
    else setProblem(failure);
  };

  return (
    <SheetFrame title="Launch and watch" testId="launch-sheet" className="narrow" onClose={desk.close}>
      <form
        className="help-body"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <h2>Launch and watch</h2>
        <p className="dim">
          Gilscope starts the program itself, so that it may read it on machines where only a parent may. It ends with
          Gilscope.
        </p>
        <label className="field">
          <span>Command</span>
          <input
            type="text"
            className="mono"
            value={command}
            placeholder="python app.py --workers 4"
            spellCheck={false}
            autoComplete="off"
            data-first-focus
            data-testid="launch-command"
            onChange={(event) => {
              setCommand(event.target.value);
              setProblem(null);
            }}
          />
        </label>
        <ul className="words" aria-label="Program and arguments as they are passed" data-testid="launch-words">
          {words.ok
            ? words.words.map((word, index) => (
                // Words may repeat; they keep their place.
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <li key={index} className="mono">
                  {word === "" ? "(empty)" : word}
                </li>
              ))
            : null}
        </ul>
        <p className="dim small">Quotes and backslashes work as in a shell; pipes, variables and wildcards don’t.</p>
        <label className="field">
          <span>Working directory</span>
          <input
            type="text"
            className="mono"
            value={folder}
            placeholder="your home"
            spellCheck={false}
            autoComplete="off"
            data-testid="launch-folder"
            onChange={(event) => setFolder(event.target.value)}
          />
        </label>
        <label className="field">
          <span>Environment, one NAME=value on each line</span>
          <textarea
            className="mono"
            rows={2}
            value={environment}
            spellCheck={false}
            data-testid="launch-environment"
            onChange={(event) => setEnvironment(event.target.value)}
          />
        </label>
        {recent.length === 0 ? null : (
          <label className="field">
            <span>Recent commands; secrets in them are not kept</span>
            <select value="" data-testid="launch-recent" onChange={(event) => choose(event.target.value)}>
              <option value="">Choose…</option>
              {recent.map((entry, index) => (
                <option key={JSON.stringify(entry)} value={index}>
                  {commandText(entry.words)}
                </option>
              ))}
            </select>
          </label>
        )}
        <p role="alert" className="field-problem" data-testid="launch-problem">
          {problem === null ? "" : <CodeInText text={problem} />}
        </p>
        <SheetFoot>
          <button type="button" className="button" onClick={desk.close}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={starting} data-testid="launch-start">
            {starting ? "Starting…" : "Start"}
          </button>
        </SheetFoot>
      </form>
    </SheetFrame>
  );
}
