import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { EXPORT_FORMATS } from "../../core/page/protocol.ts";
import { EXPORT_FORMAT_LABELS } from "../../words/export-formats.ts";
import { usePage } from "../page/use-page.ts";

/** The export button and its menu. */
export function ExportMenu({ ready }: { readonly ready: boolean }) {
  const page = usePage();
  const [open, setOpen] = useState(false);
  const [redact, setRedact] = useState(true);
  const around = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    menu.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !around.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items[(to + items.length) % items.length]?.focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      setOpen(false);
    }
  };

  return (
    <span className="menu-around" ref={around}>
      <button
        ref={button}
        type="button"
        className="button primary"
        aria-haspopup="menu"
        aria-expanded={open}
        disabled={!ready}
        data-testid="export-button"
        onClick={() => setOpen(!open)}
      >
        Export
        <svg viewBox="0 0 10 10" width="9" height="9" aria-hidden="true">
          <path d="M2 3.5 5 6.5 8 3.5" fill="none" stroke="currentColor" strokeWidth="1.6" />
        </svg>
      </button>
      {open ? (
        <div ref={menu} role="menu" aria-label="Export" className="menu" tabIndex={-1} onKeyDown={onKeyDown}>
          {EXPORT_FORMATS.map((format) => (
            <button
              key={format}
              type="button"
              role="menuitem"
              tabIndex={-1}
              data-testid={`export-${format}`}
              onClick={() => {
                close();
                void page.exportSnapshot(format, redact);
              }}
            >
              <b>{EXPORT_FORMAT_LABELS[format].title}</b>
              <span>{EXPORT_FORMAT_LABELS[format].note}</span>
            </button>
          ))}
          <hr />
          <button
            type="button"
            role="menuitemcheckbox"
            aria-checked={redact}
            tabIndex={-1}
            data-testid="export-redact"
            className="check"
            onClick={() => setRedact(!redact)}
          >
            <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
              <rect
                x=".75"
                y=".75"
                width="12.5"
                height="12.5"
                rx="3"
                fill="none"
                stroke="currentColor"
                strokeWidth="1.5"
              />
              {redact ? <path d="m3.6 7.2 2.4 2.4 4.4-5" fill="none" stroke="currentColor" strokeWidth="1.8" /> : null}
            </svg>
            <span className="check-text">
              <b>Hide secrets</b>
              <span>Passwords, tokens and keys in command lines are replaced</span>
            </span>
          </button>
        </div>
      ) : null}
    </span>
  );
}
