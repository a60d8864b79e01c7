import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron, test as base, type ElectronApplication, type Page } from "@playwright/test";

/** The program's window on a real Electron, with user data of its own. */
export interface Program {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Folder with the program's settings; removed after the test. */
  readonly userData: string;
}

/** How to start it. */
export interface ProgramOptions {
  /** Arguments after the program's name, for example a file to open. */
  readonly args?: readonly string[];
  /** Settings to start with; a new empty folder where none is named. */
  readonly userData?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Keeps Chromium's remarks out of the tests' output. */
const QUIET = "--log-level=3";
/** Makes Electron wait for its driver; see there. */
const WAIT_FOR_DRIVER = ["-r", join(__dirname, "wait-for-driver.cjs")];

/** What starts the built program: `npm test` and `npm run pack` say so in the environment. */
export function electronCommand(): { readonly executablePath: string; readonly args: readonly string[] } {
  const named = process.env["GILSCOPE_TEST_ELECTRON"];
  if (named === undefined)
    throw new Error("run the end-to-end tests by `npm test -- e2e/NAME`: it finds Electron and a display");
  return JSON.parse(named);
}

/** Switches that Chromium needs here: as root its sandbox can't start. */
export function sandboxSwitches(): readonly string[] {
  return process.platform === "linux" && process.getuid?.() === 0 ? ["--no-sandbox"] : [];
}

/** Starts the program and waits until its page has loaded. The caller closes `app`. */
export async function startProgram(options: ProgramOptions = {}): Promise<Program> {
  const { executablePath, args } = electronCommand();
  const userData = options.userData ?? mkdtempSync(join(tmpdir(), "gilscope-test-"));
  const switches = [...sandboxSwitches(), QUIET, ...WAIT_FOR_DRIVER, `--user-data-dir=${userData}`];
  const app = await _electron.launch({
    executablePath,
    args: [...switches, ...args, ...(options.args ?? [])],
    env: { ...(process.env as Record<string, string>), ...options.environment },
  });
  const page = await app.firstWindow();
  await page.waitForLoadState();
  return { app, page, userData };
}

/** Tests with a `program` of their own, started before and closed after each. */
export const test = base.extend<{ program: Program }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the names of its first parameter.
  program: async ({}, use) => {
    const program = await startProgram();
    await use(program);
    await closeProgram(program);
  },
});

/** Closes the program and removes its settings. */
export async function closeProgram({ app, userData }: Program): Promise<void> {
  await app.close();
  rmSync(userData, { recursive: true, force: true });
}

export { expect } from "@playwright/test";
