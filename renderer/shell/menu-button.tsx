import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useDismiss } from "./use-dismiss.ts";

/** Of a menu in a low window, pixels. */
const LEAST_HEIGHT = 150;

/** One line of a menu. */
export interface MenuItem {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly run: () => void;
  /** A line is drawn above it. */
  readonly apart?: boolean;
  /** It can be ticked; the menu stays open. */
  readonly checked?: boolean;
}

/** A button that opens a menu; arrows, Home, End and the first letter move in it, Escape closes it. */
export function MenuButton({
  label,
  hint,
  children,
  items,
  testId,
  className = "button",
  disabled = false,
}: {
  readonly label: string;
  /** Shown under the pointer. */
  readonly hint?: string;
  readonly children: ReactNode;
  /** Asked for when the menu opens. */
  readonly items: () => readonly MenuItem[];
  readonly testId: string;
  readonly className?: string;
  readonly disabled?: boolean;
}) {
  const [open, setOpen] = useState(false);
  const around = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const dismiss = useCallback(() => setOpen(false), []);
  useDismiss(around, open, dismiss);

  useEffect(() => {
    const element = menu.current;
    if (!open || !element) return;
    // It scrolls by itself where the part of the window it lies in ends.
    const edge = (element.closest("main") ?? document.body).getBoundingClientRect().bottom;
    element.style.maxHeight = `${Math.max(LEAST_HEIGHT, edge - element.getBoundingClientRect().top - 10)}px`;
    element.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const lines = [...(menu.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    const at = lines.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      lines[(to + lines.length) % lines.length]?.focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      setOpen(false);
    } else if (/^[a-z]$/i.test(event.key)) {
      const from = [...lines.slice(at + 1), ...lines.slice(0, at + 1)];
      from.find((line) => line.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    }
  };

  return (
    <span className="menu-around" ref={around}>
      <button
        ref={button}
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={label}
        title={hint}
        disabled={disabled}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {children}
      </button>
      {open ? (
        <div ref={menu} role="menu" aria-label={label} className="menu" tabIndex={-1} onKeyDown={onKeyDown}>
          {items().map((item) => (
            <div key={item.id} role="none">
              {item.apart === true ? <hr /> : null}
              <MenuLine item={item} close={close} />
            </div>
          ))}
        </div>
      ) : null}
    </span>
  );
}

function MenuLine({ item, close }: { readonly item: MenuItem; readonly close: () => void }) {
  const { id, title, note, run, checked } = item;
  const text = (
    <>
      <b>{title}</b>
      {note === undefined ? null : <span>{note}</span>}
    </>
  );
  if (checked === undefined) {
    return (
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        data-testid={`item-${id}`}
        onClick={() => {
          close();
          run();
        }}
      >
        {text}
      </button>
    );
  }
  return (
    <button
      type="button"
      role="menuitemcheckbox"
      aria-checked={checked}
      tabIndex={-1}
      data-testid={`item-${id}`}
      className="check"
      onClick={run}
    >
      <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
        <rect x=".75" y=".75" width="12.5" height="12.5" rx="3" fill="none" stroke="currentColor" strokeWidth="1.5" />
        {checked ? <path d="m3.6 7.2 2.4 2.4 4.4-5" fill="none" stroke="currentColor" strokeWidth="1.8" /> : null}
      </svg>
      <span className="check-text">{text}</span>
    </button>
  );
}
