import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useDesk } from "../act/use-desk.ts";
import { usePage } from "../page/use-page.ts";
import { SheetFrame } from "../shell/sheet-frame.tsx";
import { findCommands } from "./command.ts";
import { runtimeCommands, windowCommands } from "./commands.ts";

/** Lines shown at most; more words find the others. */
const MOST_LINES = 60;
const optionId = (at: number) => `command-${at}`;

/** Everything the window can do and every runtime, by name. */
export function Palette() {
  const desk = useDesk();
  const page = usePage();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const all = useMemo(() => [...windowCommands(page, desk), ...runtimeCommands(page)], [page, desk]);
  const found = useMemo(() => findCommands(all, text, MOST_LINES), [all, text]);

  const goTo = (next: number) => {
    const to = found.length === 0 ? 0 : (next + found.length) % found.length;
    setAt(to);
    list.current?.querySelector(`#${optionId(to)}`)?.scrollIntoView({ block: "nearest" });
  };
  const run = (index: number) => {
    const command = found[index];
    if (!command) return;
    // While the palette is open nothing behind it can take the focus.
    flushSync(() => desk.close());
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      goTo(Math.abs(step) === 1 ? at + step : Math.max(0, Math.min(found.length - 1, at + step)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(at);
    }
  };
  return (
    <SheetFrame title="Commands" testId="palette" className="palette" onClose={desk.close}>
      <input
        type="text"
        role="combobox"
        aria-label="Find a command or a runtime"
        aria-expanded="true"
        aria-controls="commands"
        aria-autocomplete="list"
        aria-activedescendant={found.length > 0 ? optionId(at) : undefined}
        placeholder="Find a command or a runtime…"
        spellCheck={false}
        autoComplete="off"
        data-first-focus
        data-testid="palette-input"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
          if (list.current) list.current.scrollTop = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id="commands" role="listbox" aria-label="Commands" className="commands" tabIndex={-1}>
        {found.map(({ id, title, note, key }, index) => (
          <div
            key={id}
            id={optionId(index)}
            role="option"
            aria-selected={index === at}
            className="command-line"
            data-testid={`command-${id}`}
            onPointerMove={() => setAt(index)}
            onClick={() => run(index)}
          >
            <span className="command-title">{title}</span>
            {note === undefined ? null : <span className="dim command-note">{note}</span>}
            {key === undefined ? null : <kbd>{key}</kbd>}
          </div>
        ))}
      </div>
      {found.length === 0 ? <p className="dim palette-none">Nothing by these words.</p> : null}
    </SheetFrame>
  );
}
