import { useCallback, useEffect, useRef, useState } from "react";
import { useDesk, useSetting } from "../act/use-desk.ts";
import { usePage } from "../page/use-page.ts";
import { useDismiss } from "../shell/use-dismiss.ts";

/** How the list is laid out: by family or flat, with or without helpers. The choice is kept. */
export function ListOptions() {
  const page = usePage();
  const desk = useDesk();
  const flat = useSetting((settings) => settings.flatList);
  const hideHelpers = useSetting((settings) => settings.hideHelpers);
  const [open, setOpen] = useState(false);
  const around = useRef<HTMLFieldSetElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setOpen(false), []);
  useDismiss(around, open, close);
  useEffect(() => page.setListShape({ flat, hideHelpers }), [page, flat, hideHelpers]);
  return (
    <fieldset
      ref={around}
      className="column-choice list-options"
      aria-label="Layout of the list"
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
        className="quiet-button"
        aria-expanded={open}
        aria-label={`Layout of the list: ${flat ? "flat" : "by program"}`}
        title={flat ? "Flat" : "By program"}
        data-testid="list-options"
        onClick={() => setOpen(!open)}
      >
        <svg viewBox="0 0 16 16" width="15" height="15" aria-hidden="true">
          <path
            d={flat ? "M2.5 4h11M2.5 8h11M2.5 12h11" : "M2.5 3.5h11M6 8h7.5M6 12.5h7.5M3 6v6.5h1.5M3 8h1.5"}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
            strokeLinecap="round"
          />
        </svg>
      </button>
      {open ? (
        <ul className="column-choices">
          <li>
            <label>
              <input
                type="checkbox"
                checked={!flat}
                data-testid="list-tree"
                onChange={(event) => void desk.changeSettings({ flatList: !event.target.checked })}
              />{" "}
              Group by program
            </label>
          </li>
          <li>
            <label>
              <input
                type="checkbox"
                checked={!hideHelpers}
                data-testid="list-helpers"
                onChange={(event) => void desk.changeSettings({ hideHelpers: !event.target.checked })}
              />{" "}
              Show helpers
            </label>
          </li>
        </ul>
      ) : null}
    </fieldset>
  );
}
