import { createRoot } from "react-dom/client";
import type { Transport } from "../core/page/protocol.ts";
import { createDesk } from "./act/desk.ts";
import { App } from "./app.tsx";
import { createPage } from "./page/page.ts";
import { browserSurroundings } from "./page/surroundings.ts";
import { createSettings } from "./settings/settings-keeper.ts";
import { NoDoor } from "./states/empty-states.tsx";
import "./styles/index.css";

/** Puts the window into the document, on a transport or, without one, with a page that says what is missing. */
export function mount(transport: Transport | null): void {
  const root = document.getElementById("root");
  if (!root) throw new Error("no root element");
  const settings = createSettings(window);
  if (!transport) {
    createRoot(root).render(<NoDoor />);
    return;
  }
  const around = browserSurroundings(window);
  const page = createPage(transport, around);
  page.setSortKey(settings.store.get().settings.listSort);
  const desk = createDesk({ transport, page, around, settings });
  void settings
    .load(transport)
    .then((problem) => {
      page.setSortKey(settings.store.get().settings.listSort);
      if (problem !== null) page.say("failed", problem);
    })
    // Without an answer the browser's own copy of the settings holds, and the page says that nobody answers.
    .catch(() => undefined);
  // The desktop shell loads the page again like this after its process ended.
  if (new URLSearchParams(window.location.search).has("recovered")) {
    page.say("done", "The page had a fault and was loaded again. Nothing measured is lost.");
  }
  createRoot(root).render(<App page={page} desk={desk} />);
}
