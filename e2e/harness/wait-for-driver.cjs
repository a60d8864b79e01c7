/**
 * Holds the program back until Playwright has attached to it: run before the program's own code by `-r`.
 * A page that Playwright finds in the midst of its first navigation calls itself ":" and never tells of that navigation, so that
 * Playwright waits for it in vain; one launch in ten on a busy machine. Playwright's own loader prevents that by calling
 * `__playwright_run` once attached, but it is only given to an Electron that Playwright itself has found, and it changes Chromium's switches.
 */
const { app } = require("electron");

// The program's arguments are its own.
process.argv.splice(process.argv.indexOf("-r"), 2);

const ready = app.whenReady();
const attached = new Promise((resolve) => {
  globalThis.__playwright_run = resolve;
});
app.whenReady = () => attached.then(() => ready);
