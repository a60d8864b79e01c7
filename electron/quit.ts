import { app } from "electron";
import type { Host } from "./host.ts";

/** An engine that does not stop within this time is ended with the process. */
const PATIENCE_MS = 2000;

/** Ends the engine and its workers before the program ends. */
export function stopBeforeQuit(host: Host): void {
  let state: "running" | "stopping" | "stopped" = "running";
  app.on("before-quit", (event) => {
    if (state === "stopped") return;
    event.preventDefault();
    if (state === "stopping") return;
    state = "stopping";
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    void Promise.race([host.stop().catch(() => undefined), patience]).then(() => {
      state = "stopped";
      app.quit();
    });
  });
}
