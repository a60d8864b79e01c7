import type { ReactNode } from "react";
import {
  BUDGETS_CORES,
  BYTE_UNITS,
  HISTORIES_SECONDS,
  INTERVALS_MS,
  LIST_COLUMNS,
  NOTICE_SECONDS,
  type Settings,
  THEMES,
  USUAL_SETTINGS,
} from "../../core/settings/settings.ts";
import { VERDICT_IDS } from "../../core/verdict/verdict.ts";
import { VERDICT_LABELS } from "../../words/labels.ts";
import { duration } from "../../words/number.ts";
import { useDesk, useSetting } from "../act/use-desk.ts";
import { usePage, usePageState } from "../page/use-page.ts";
import { CloseButton, SheetFoot } from "../shell/sheet-foot.tsx";
import { SheetFrame } from "../shell/sheet-frame.tsx";

const THEME_NAMES: Readonly<Record<(typeof THEMES)[number], string>> = {
  system: "As the system",
  dark: "Dark",
  light: "Light",
  contrast: "High contrast",
};
const UNIT_NAMES: Readonly<Record<(typeof BYTE_UNITS)[number], string>> = {
  binary: "MiB, GiB (powers of 1024)",
  decimal: "MB, GB (powers of 1000)",
};
const COLUMN_NAMES: Readonly<Record<(typeof LIST_COLUMNS)[number], string>> = {
  trend: "CPU over the last minute",
  memory: "Memory",
};
/** Verdicts that somebody may want to be told of. */
const TOLD = VERDICT_IDS.filter((id) => id !== "undetermined" && id !== "idle");

function Choice<Value extends string | number>({
  label,
  note,
  value,
  values,
  name,
  testId,
  onChoose,
}: {
  readonly label: string;
  readonly note?: ReactNode;
  readonly value: Value;
  readonly values: readonly Value[];
  readonly name: (value: Value) => string;
  readonly testId: string;
  readonly onChoose: (value: Value) => void;
}) {
  return (
    <label className="setting">
      <span>
        {label}
        {note === undefined ? null : <span className="dim"> {note}</span>}
      </span>
      <select
        value={String(value)}
        data-testid={testId}
        onChange={(event) => {
          const chosen = values.find((candidate) => String(candidate) === event.target.value);
          if (chosen !== undefined) onChoose(chosen);
        }}
      >
        {values.map((candidate) => (
          <option key={String(candidate)} value={String(candidate)}>
            {name(candidate)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Check(props: {
  readonly label: string;
  readonly on: boolean;
  readonly testId: string;
  readonly onToggle: () => void;
}) {
  return (
    <label className="check-line">
      <input type="checkbox" checked={props.on} data-testid={props.testId} onChange={props.onToggle} />
      {props.label}
    </label>
  );
}

const toggled = <Value,>(list: readonly Value[], value: Value): Value[] =>
  list.includes(value) ? list.filter((other) => other !== value) : [...list, value];

function Sampling({ settings }: { readonly settings: Settings }) {
  const desk = useDesk();
  const change = (patch: Partial<Settings>) => void desk.changeSettings(patch);
  return (
    <section>
      <h3>Sampling</h3>
      <Choice
        label="A sample every"
        value={settings.intervalMs}
        values={INTERVALS_MS}
        name={(value) => `${value / 1000} s`}
        testId="setting-interval"
        onChoose={(intervalMs) => change({ intervalMs })}
      />
      <Choice
        label="It may cost"
        note="rates are lowered rather than this exceeded"
        value={settings.budgetCores}
        values={BUDGETS_CORES}
        name={(value) => `${value * 100} % of a core`}
        testId="setting-budget"
        onChoose={(budgetCores) => change({ budgetCores })}
      />
      <Choice
        label="History"
        note="less where memory is short"
        value={settings.historySeconds}
        values={HISTORIES_SECONDS}
        name={duration}
        testId="setting-history"
        onChoose={(historySeconds) => change({ historySeconds })}
      />
    </section>
  );
}

function Notices({ settings }: { readonly settings: Settings }) {
  const desk = useDesk();
  const { notices } = settings;
  const change = (patch: Partial<Settings["notices"]>) =>
    void desk.changeSettings({ notices: { ...notices, ...patch } });
  return (
    <section>
      <h3>Notifications</h3>
      <Check
        label="Tell me when a verdict holds; sampling then goes on while the window is hidden"
        on={notices.on}
        testId="setting-notices"
        onToggle={() => change({ on: !notices.on })}
      />
      {notices.on ? (
        <>
          <p className="dim">
            As a notification, and as an icon in the system’s tray or a number in its dock, where the system has one.
          </p>
          <Choice
            label="After"
            value={notices.seconds}
            values={NOTICE_SECONDS}
            name={duration}
            testId="setting-notice-seconds"
            onChoose={(seconds) => change({ seconds })}
          />
          <fieldset className="checks">
            <legend className="hidden">Verdicts</legend>
            {TOLD.map((id) => (
              <Check
                key={id}
                label={VERDICT_LABELS[id]}
                on={notices.verdicts.includes(id)}
                testId={`notice-${id}`}
                onToggle={() => change({ verdicts: toggled(notices.verdicts, id) })}
              />
            ))}
          </fieldset>
        </>
      ) : null}
    </section>
  );
}

/** Everything that can be chosen; a choice holds at once and is kept. */
export function SettingsSheet() {
  const desk = useDesk();
  const page = usePage();
  const settings = useSetting((all) => all);
  const desktop = usePageState((state) => state.welcome?.shell === "desktop");
  const change = (patch: Partial<Settings>) => void desk.changeSettings(patch);
  return (
    <SheetFrame title="Settings" testId="settings-sheet" className="narrow" onClose={desk.close}>
      <div className="help-body settings">
        <h2>Settings</h2>
        <section>
          <h3>Looks</h3>
          <Choice
            label="Theme"
            value={settings.theme}
            values={THEMES}
            name={(theme) => THEME_NAMES[theme]}
            testId="setting-theme"
            onChoose={(theme) => change({ theme })}
          />
          <Choice
            label="Memory in"
            value={settings.byteUnits}
            values={BYTE_UNITS}
            name={(units) => UNIT_NAMES[units]}
            testId="setting-units"
            onChoose={(byteUnits) => change({ byteUnits })}
          />
          <fieldset className="checks">
            <legend>Columns of the list</legend>
            {LIST_COLUMNS.map((column) => (
              <Check
                key={column}
                label={COLUMN_NAMES[column]}
                on={!settings.hiddenColumns.includes(column)}
                testId={`setting-column-${column}`}
                onToggle={() => change({ hiddenColumns: toggled(settings.hiddenColumns, column) })}
              />
            ))}
          </fieldset>
        </section>
        {desktop ? (
          <>
            <Sampling settings={settings} />
            <Notices settings={settings} />
          </>
        ) : (
          <p className="dim">How often samples are taken is up to the program that serves this page.</p>
        )}
        <SheetFoot
          left={
            <button
              type="button"
              className="button"
              data-testid="settings-reset"
              onClick={() => {
                const { recentCommands, welcomed } = settings;
                change({ ...USUAL_SETTINGS, recentCommands, welcomed });
                page.say("done", "The usual settings hold again; recent commands were kept.");
              }}
            >
              Reset all
            </button>
          }
        >
          {desktop && settings.recentCommands.length > 0 ? (
            <button
              type="button"
              className="button"
              data-testid="settings-forget"
              onClick={() => change({ recentCommands: [] })}
            >
              Forget recent commands
            </button>
          ) : null}
          <CloseButton onClose={desk.close} />
        </SheetFoot>
      </div>
    </SheetFrame>
  );
}
