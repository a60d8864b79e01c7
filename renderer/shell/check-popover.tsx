import { type ReactNode, useCallback, useRef, useState } from "react";
import { useDismiss } from "./use-dismiss.ts";

/** One box of the popover. */
export interface PopoverCheck {
  readonly id: string;
  readonly label: string | undefined;
  readonly on: boolean;
  readonly onToggle: (on: boolean) => void;
}

/** A button that opens a list of boxes to tick; Escape and a press outside close it. */
export function CheckPopover({
  label,
  className = "",
  button,
  checks,
}: {
  readonly label: string;
  readonly className?: string;
  readonly button: {
    readonly className: string;
    readonly testId: string;
    /** Where its content does not say it. */
    readonly label?: string;
    readonly title?: string;
    readonly content: ReactNode;
  };
  readonly checks: readonly PopoverCheck[];
}) {
  const [open, setOpen] = useState(false);
  const around = useRef<HTMLFieldSetElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setOpen(false), []);
  useDismiss(around, open, close);
  return (
    <fieldset
      ref={around}
      className={`check-popover ${className}`}
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
        opener.current?.focus();
      }}
    >
      <button
        ref={opener}
        type="button"
        className={button.className}
        aria-expanded={open}
        aria-label={button.label}
        title={button.title}
        data-testid={button.testId}
        onClick={() => setOpen(!open)}
      >
        {button.content}
      </button>
      {open ? (
        <ul>
          {checks.map(({ id, label: name, on, onToggle }) => (
            <li key={id}>
              <label>
                <input
                  type="checkbox"
                  checked={on}
                  data-testid={id}
                  onChange={(event) => onToggle(event.target.checked)}
                />{" "}
                {name}
              </label>
            </li>
          ))}
        </ul>
      ) : null}
    </fieldset>
  );
}
