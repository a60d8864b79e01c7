import { createRoot } from "react-dom/client";
import type { Transport } from "../core/page/protocol.ts";
import { App } from "./app.tsx";
import { createPage } from "./page/page.ts";
import { browserSurroundings } from "./page/surroundings.ts";
import { createThemeChoice } from "./shell/theme.ts";
import { NoDoor } from "./states/empty-states.tsx";
import "./styles/index.css";

/** Puts the window into the document, on a transport or, without one, with a page that says what is missing. */
export function mount(transport: Transport | null): void {
  const root = document.getElementById("root");
  if (!root) throw new Error("no root element");
  const theme = createThemeChoice(window);
  if (!transport) {
    createRoot(root).render(<NoDoor />);
    return;
  }
  const page = createPage(transport, browserSurroundings(window));
  // The desktop shell loads the page again like this after its process ended.
  if (new URLSearchParams(window.location.search).has("recovered")) {
    page.store.set({
      toast: { id: 0, kind: "done", text: "The page had a fault and was loaded again. Nothing measured is lost." },
    });
  }
  createRoot(root).render(<App page={page} theme={theme} />);
}
