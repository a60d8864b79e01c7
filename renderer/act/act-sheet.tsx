import { useState } from "react";
import { type Action, NICE_VALUES } from "../../core/act/action.ts";
import { cpuListText, parseCpuList } from "../../core/act/cpu-list.ts";
import { actionWords } from "../../words/act.ts";
import { usePageState } from "../page/use-page.ts";
import { SheetFoot } from "../shell/sheet-foot.tsx";
import { SheetFrame } from "../shell/sheet-frame.tsx";
import type { ActWish, SheetTarget } from "./sheet.ts";
import { useDesk } from "./use-desk.ts";

interface Choice {
  readonly wish: ActWish;
  readonly onChoose: (action: Action | null) => void;
}

function ChooseNice({ onChoose }: Pick<Choice, "onChoose">) {
  return (
    <fieldset className="choices">
      <legend className="hidden">Priority</legend>
      {NICE_VALUES.map((nice) => (
        <label key={nice} className="choice">
          <input
            type="radio"
            name="nice"
            defaultChecked={nice === 10}
            data-testid={`nice-${nice}`}
            onChange={() => onChoose({ kind: "nice", nice })}
          />
          {actionWords({ kind: "nice", nice }).title}
        </label>
      ))}
    </fieldset>
  );
}

function ChooseCpus({ onChoose, online }: Pick<Choice, "onChoose"> & { readonly online: number }) {
  const [text, setText] = useState(cpuListText(Array.from({ length: online }, (_, cpu) => cpu)));
  const cpus = parseCpuList(text);
  const wrong = cpus === null || cpus.every((cpu) => cpu >= online);
  const take = (next: string) => {
    setText(next);
    const list = parseCpuList(next);
    onChoose(list === null || list.every((cpu) => cpu >= online) ? null : { kind: "affinity", cpus: list });
  };
  return (
    <label className="field">
      <span>CPUs, for example 0-3,6</span>
      <input
        type="text"
        className="mono"
        value={text}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={wrong}
        aria-describedby="cpus-note"
        data-testid="cpu-list"
        onChange={(event) => take(event.target.value)}
      />
      <span id="cpus-note" className={wrong ? "field-problem" : "dim"}>
        {wrong
          ? `Numbers from 0 to ${online - 1}, with commas and ranges.`
          : `This machine has CPUs 0 to ${online - 1}.`}
      </span>
    </label>
  );
}

function firstAction(wish: ActWish, online: number): Action {
  switch (wish.kind) {
    case "choose-nice":
      return { kind: "nice", nice: 10 };
    case "choose-cpus":
      return { kind: "affinity", cpus: Array.from({ length: online }, (_, cpu) => cpu) };
    case "signal":
    case "nice":
    case "affinity":
      return wish;
  }
}

/** Asks before something is done to a runtime: names the program and says what follows. */
export function ActSheet({ target, wish }: { readonly target: SheetTarget; readonly wish: ActWish }) {
  const desk = useDesk();
  const online = usePageState((state) => state.view?.host.onlineCpus ?? 1);
  const ended = usePageState(
    (state) =>
      !(state.view?.rows.some((row) => row.rowId === target.processRowId && row.endedWallMs === undefined) ?? false),
  );
  const [chosen, setChosen] = useState<Action | null>(() => firstAction(wish, online));
  const words = actionWords(chosen ?? firstAction(wish, online));
  return (
    <SheetFrame title={words.question(target.name)} testId="act-sheet" className="narrow" onClose={desk.close}>
      <form
        className="help-body"
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen === null || ended) return;
          desk.close();
          void desk.act(target, chosen);
        }}
      >
        <h2>{words.question(target.name)}</h2>
        <p className="act-target">
          <b>{target.name}</b> <span className="dim">pid</span> <span className="mono">{target.pid}</span>
        </p>
        {wish.kind === "choose-nice" ? <ChooseNice onChoose={setChosen} /> : null}
        {wish.kind === "choose-cpus" ? <ChooseCpus online={online} onChoose={setChosen} /> : null}
        <p className="act-consequence">{ended ? "It has ended meanwhile." : words.consequence}</p>
        <SheetFoot>
          {/* The harmless answer has the focus: Enter pressed too often does nothing. */}
          <button type="button" className="button" data-first-focus={words.harmful || undefined} onClick={desk.close}>
            Cancel
          </button>
          <button
            type="submit"
            className={words.harmful ? "button danger" : "button primary"}
            disabled={chosen === null || ended}
            data-testid="act-confirm"
          >
            {wish.kind === "choose-nice" ? "Set priority" : wish.kind === "choose-cpus" ? "Set CPUs" : words.title}
          </button>
        </SheetFoot>
      </form>
    </SheetFrame>
  );
}
