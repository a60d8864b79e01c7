import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";

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
}

/** A button that opens a menu; arrows, Home, End and the first letter move in it, Escape closes it. */
export function MenuButton({
  label,
  children,
  items,
  testId,
  className = "button",
}: {
  readonly label: string;
  readonly children: ReactNode;
  /** Asked for when the menu opens. */
  readonly items: () => readonly MenuItem[];
  readonly testId: string;
  readonly className?: string;
}) {
  const [open, setOpen] = useState(false);
  const around = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    const element = menu.current;
    if (element) {
      // It scrolls by itself where the part of the window it lies in ends.
      const edge = (element.closest("main") ?? document.body).getBoundingClientRect().bottom;
      element.style.maxHeight = `${Math.max(LEAST_HEIGHT, edge - element.getBoundingClientRect().top - 10)}px`;
    }
    menu.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !around.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    const lines = [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = lines.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      lines[(to + lines.length) % lines.length]?.focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
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
        title={label}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {children}
      </button>
      {open ? (
        <div ref={menu} role="menu" aria-label={label} className="menu" tabIndex={-1} onKeyDown={onKeyDown}>
          {items().map(({ id, title, note, run, apart }) => (
            <div key={id} role="none">
              {apart === true ? <hr /> : null}
              <button
                type="button"
                role="menuitem"
                tabIndex={-1}
                data-testid={`item-${id}`}
                onClick={() => {
                  setOpen(false);
                  button.current?.focus();
                  run();
                }}
              >
                <b>{title}</b>
                {note === undefined ? null : <span>{note}</span>}
              </button>
            </div>
          ))}
        </div>
      ) : null}
    </span>
  );
}
