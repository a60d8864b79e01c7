import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  closeProgram,
  electronCommand,
  expect,
  type Program,
  sandboxSwitches,
  startProgram,
  test,
} from "./harness/program.ts";

function startAgain(userData: string, file: string): ChildProcess {
  const { executablePath, args } = electronCommand();
  return spawn(executablePath, [...sandboxSwitches(), ...args, `--user-data-dir=${userData}`, file], {
    stdio: "ignore",
  });
}

async function chooseInMenu(program: Program, menu: string, ...items: readonly string[]): Promise<void> {
  await program.app.evaluate(
    ({ Menu }, path) => {
      let found = Menu.getApplicationMenu()?.items.find(({ label }) => label === path[0]);
      for (const name of path.slice(1)) found = found?.submenu?.items.find(({ label }) => label === name);
      if (found === undefined) throw new Error(`the menu has no ${path.join(" → ")}`);
      found.click();
    },
    [menu, ...items],
  );
}

/** Answers the next dialogs and notes what they say. */
async function answerDialogs(program: Program, filePath: string | null): Promise<void> {
  await program.app.evaluate(({ dialog }, path) => {
    const messages: string[] = [];
    (globalThis as Record<string, unknown>)["messages"] = messages;
    dialog.showSaveDialog = async () => ({ canceled: path === null, filePath: path ?? "" });
    dialog.showOpenDialog = async () => ({ canceled: path === null, filePaths: path === null ? [] : [path] });
    dialog.showMessageBox = async (...options: unknown[]) => {
      messages.push((options.at(-1) as { message: string }).message);
      return { response: 0, checkboxChecked: false };
    };
  }, filePath);
}

function dialogMessages(program: Program): Promise<readonly string[]> {
  return program.app.evaluate(() => (globalThis as Record<string, unknown>)["messages"] as string[]);
}

async function hasFrame(program: Program): Promise<void> {
  await program.page.evaluate(async () => {
    const { gilscope } = globalThis as unknown as {
      gilscope: { request(name: string, argument: unknown): Promise<{ view: unknown }> };
    };
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const { view } = await gilscope.request("nextFrame", { source: "live", after: 0, selectedRowId: null });
      if (view !== null) return;
    }
    throw new Error("no frame came");
  });
}

/** What the page shows first; empty while it is loading. */
function startSource(program: Program): Promise<string> {
  return program.page
    .evaluate(async () => {
      const { gilscope } = globalThis as unknown as {
        gilscope: { request(name: string, argument: unknown): Promise<{ startSource: string }> };
      };
      return (await gilscope.request("welcome", null)).startSource;
    })
    .catch(() => "");
}

test("exports from the menu, and the file opens again in a second start, which ends at once", async ({ program }) => {
  const folder = mkdtempSync(join(tmpdir(), "gilscope-test-"));
  const path = join(folder, "shot.json");
  await hasFrame(program);
  await answerDialogs(program, path);
  await chooseInMenu(program, "&File", "&Export", "Snapshot (JSON)…");
  await expect.poll(() => existsSync(path)).toBe(true);
  expect(JSON.parse(readFileSync(path, "utf8"))).toBeTruthy();

  const second = startAgain(program.userData, path);
  const code = await new Promise((resolve) => second.once("exit", resolve));
  expect(code).toBe(0);
  await expect.poll(() => startSource(program)).toMatch(/^file-/);
  expect(await program.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  rmSync(folder, { recursive: true });
});

test("says why a file can't be written or opened, and leaves nothing behind", async ({ program }) => {
  const folder = mkdtempSync(join(tmpdir(), "gilscope-test-"));
  await hasFrame(program);
  await answerDialogs(program, join(folder, "missing", "shot.json"));
  await chooseInMenu(program, "&File", "&Export", "Threads (CSV)…");
  await expect.poll(async () => (await dialogMessages(program)).length).toBe(1);
  await answerDialogs(program, null);
  await chooseInMenu(program, "&File", "&Export", "Runtimes (CSV)…");

  const damaged = join(folder, "damaged.json");
  writeFileSync(damaged, '{"format":');
  await answerDialogs(program, damaged);
  await chooseInMenu(program, "&File", "&Open…");
  await expect.poll(async () => (await dialogMessages(program)).length).toBe(1);
  expect(await startSource(program)).toBe("live");
  rmSync(folder, { recursive: true });
});

test("the page comes back after a crash, and what was sampled is still there", async ({ program }) => {
  await hasFrame(program);
  const before = await program.page.evaluate(() => performance.timeOrigin);
  const after = await program.app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (contents === undefined) throw new Error("there is no window");
    const loaded = new Promise((resolve) => contents.once("did-finish-load", () => resolve(null)));
    contents.forcefullyCrashRenderer();
    await loaded;
    const [origin, frames] = await contents.executeJavaScript(
      `gilscope.request("nextFrame", { source: "live", after: -1, selectedRowId: null }).then(({ view }) => [performance.timeOrigin, view !== null])`,
    );
    return { address: contents.getURL(), origin, frames };
  });
  expect(after.address).toContain("?recovered=");
  expect(after.frames).toBe(true);
  expect(after.origin).toBeGreaterThan(before);
});

test("the window comes back where it was; an unreadable note of that is set aside", async () => {
  const userData = mkdtempSync(join(tmpdir(), "gilscope-test-"));
  const bounds = { x: 60, y: 70, width: 900, height: 640 };
  const first = await startProgram({ userData });
  await first.app.evaluate(({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place), bounds);
  const current = () => first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
  await expect.poll(current, "the display server moves windows when it gets to it").toMatchObject(bounds);
  await first.app.close();
  const kept = JSON.parse(readFileSync(join(userData, "window.json"), "utf8"));
  expect(kept).toMatchObject(bounds);

  const second = await startProgram({ userData });
  const place = await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
  expect(place).toMatchObject({ width: 900, height: 640 });
  await second.app.close();

  writeFileSync(join(userData, "window.json"), "{ torn");
  const third = await startProgram({ userData });
  expect(readFileSync(join(userData, "window.json.unreadable"), "utf8")).toBe("{ torn");
  await closeProgram(third);
});

test("quitting ends every process of the program", async () => {
  const program = await startProgram();
  await hasFrame(program);
  const pids = await program.app.evaluate(({ app }) => [process.pid, ...app.getAppMetrics().map(({ pid }) => pid)]);
  const started = Date.now();
  await closeProgram(program);
  await expect.poll(() => pids.filter((pid) => existsSync(`/proc/${pid}/exe`))).toEqual([]);
  expect(Date.now() - started).toBeLessThan(10_000);
});
