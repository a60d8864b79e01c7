import { useCallback, useRef, useState } from "react";
import { THREAD_TABLE_COLUMNS } from "../../core/settings/settings.ts";
import { useDesk, useSetting } from "../act/use-desk.ts";
import { useDismiss } from "../shell/use-dismiss.ts";
import { THREAD_TABLE } from "./thread-columns.ts";

/** Which columns the thread table has: a button with a list of boxes. The choice is kept. */
export function ColumnChoice() {
  const desk = useDesk();
  const hidden = useSetting((settings) => settings.hiddenThreadColumns);
  const [open, setOpen] = useState(false);
  const around = useRef<HTMLFieldSetElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setOpen(false), []);
  useDismiss(around, open, close);
  return (
    <fieldset
      ref={around}
      className="column-choice"
      aria-label="Columns of the thread table"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        className="button small"
        aria-expanded={open}
        data-testid="thread-columns"
        onClick={() => setOpen(!open)}
      >
        Columns
      </button>
      {open ? (
        <ul className="column-choices">
          {THREAD_TABLE_COLUMNS.map((id) => (
            <li key={id}>
              <label>
                <input
                  type="checkbox"
                  checked={!hidden.includes(id)}
                  onChange={(event) =>
                    void desk.changeSettings({
                      hiddenThreadColumns: event.target.checked ? hidden.filter((one) => one !== id) : [...hidden, id],
                    })
                  }
                />{" "}
                {THREAD_TABLE.find((column) => column.id === id)?.label}
              </label>
            </li>
          ))}
        </ul>
      ) : null}
    </fieldset>
  );
}
