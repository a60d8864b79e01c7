import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { closeProgram, expect, type Program, startProgram, test } from "./harness/program.ts";

/**
 * The checklist of Electron's security guide, in its order and with its numbers, each item held by a test on a real Electron.
 * Item 16 (a current Electron) is held by the release workflow, which refuses the old fallback, and item 19 (fuses) by `packaged/packaged.spec.ts`.
 */
test.describe("Electron's security checklist", () => {
  let program: Program;
  test.beforeAll(async () => {
    program = await startProgram();
  });
  test.afterAll(() => closeProgram(program));

  test("1: loads only its own content; every network request is cancelled", async () => {
    const { app, page } = program;
    expect(page.url()).toBe("gilscope://app/index.html");
    let reached = 0;
    const server = createServer((_request, response) => {
      reached += 1;
      response.end("reached");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const outcome = await app.evaluate(
      ({ net, session }, url) =>
        new Promise<string>((resolve) => {
          const request = net.request({ url, session: session.defaultSession });
          request.on("response", () => resolve("answered"));
          request.on("error", (error: Error) => resolve(error.message));
          request.end();
        }),
      `http://127.0.0.1:${port}/`,
    );
    server.close();
    expect(outcome).toContain("ERR_BLOCKED_BY_CLIENT");
    expect(reached).toBe(0);
  });

  test("2, 3, 4: the page has no Node, an isolated context and a sandboxed process", async () => {
    const { app, page } = program;
    const globals = await page.evaluate(() =>
      ["require", "process", "module", "Buffer", "global", "__dirname", "electron", "ipcRenderer"].filter(
        (name) => name in globalThis,
      ),
    );
    expect(globals).toEqual([]);
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      contextIsolation: true,
      sandbox: true,
    });
    expect(preferences["nodeIntegrationInWorker"] ?? false).toBe(false);
  });

  test("5: every permission is denied, asked for or only looked up", async () => {
    const { page } = program;
    const answers = await page.evaluate(async () => {
      const names = [
        "geolocation",
        "notifications",
        "camera",
        "microphone",
        "midi",
        "clipboard-read",
      ] as PermissionName[];
      const states = await Promise.all(
        names.map((name) =>
          navigator.permissions.query({ name }).then(
            ({ state }) => state,
            () => "not offered",
          ),
        ),
      );
      const notification = await Notification.requestPermission();
      const place = await new Promise<string>((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve("given"),
          () => resolve("denied"),
        ),
      );
      const media = await (navigator.mediaDevices?.getUserMedia({ audio: true }) ?? Promise.reject(new Error())).then(
        () => "given",
        () => "denied",
      );
      return { states, notification, place, media };
    });
    expect(answers.states.filter((state) => state === "granted" || state === "prompt")).toEqual([]);
    expect(answers).toMatchObject({ notification: "denied", place: "denied", media: "denied" });
  });

  test("6, 8, 9, 10, 11: web security is on, nothing experimental is, and there is no webview", async () => {
    const preferences = await program.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    });
    expect(preferences["enableBlinkFeatures"] ?? "").toBe("");
  });

  test("7: the content security policy allows nothing by default, and is enforced", async () => {
    const { page } = program;
    const policy = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.originalPolicy), {
            once: true,
          });
          const script = document.createElement("script");
          script.textContent = "window.injected = true";
          document.head.append(script);
        }),
    );
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-|\*|https?:|data:/);
    const outcome = await page.evaluate(async () => {
      // A turn later, because what a debugger evaluates may itself evaluate.
      const evaluated = await new Promise<string>((resolve) =>
        setTimeout(() => {
          try {
            new Function("return 1")();
            resolve("ran");
          } catch {
            resolve("refused");
          }
        }),
      );
      const fetched = await fetch("gilscope://app/index.html").then(
        () => "fetched",
        () => "refused",
      );
      const image = await new Promise<string>((resolve) => {
        const element = new Image();
        element.onload = () => resolve("loaded");
        element.onerror = () => resolve("refused");
        element.src = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
      });
      return { evaluated, fetched, image, injected: "injected" in window };
    });
    expect(outcome).toEqual({ evaluated: "refused", fetched: "refused", image: "refused", injected: false });
  });

  test("12: a webview can't be attached", async () => {
    const { app, page } = program;
    await page.evaluate(() => {
      const view = document.createElement("webview");
      view.setAttribute("src", "gilscope://app/index.html");
      document.body.append(view);
    });
    await page.waitForTimeout(300);
    expect(
      await app.evaluate(({ webContents }) => webContents.getAllWebContents().map((contents) => contents.getType())),
    ).not.toContain("webview");
  });

  test("13: the page can't be navigated away", async () => {
    const { page } = program;
    for (const address of [
      "https://127.0.0.1:9/",
      "file:///etc/passwd",
      "gilscope://app/other.html",
      "javascript:document.title='x'",
    ]) {
      await page.evaluate((url) => {
        location.assign(url);
      }, address);
      await page.waitForTimeout(200);
      expect(page.url()).toBe("gilscope://app/index.html");
    }
    await page.evaluate(() => {
      const form = document.createElement("form");
      form.action = "https://127.0.0.1:9/";
      document.body.append(form);
      form.submit();
    });
    await page.waitForTimeout(200);
    expect(page.url()).toBe("gilscope://app/index.html");
  });

  test("14: no further window opens", async () => {
    const { app, page } = program;
    const opened = await page.evaluate(() => window.open("gilscope://app/index.html") !== null);
    expect(opened).toBe(false);
    await page.evaluate(() => {
      const link = document.createElement("a");
      link.href = "gilscope://app/index.html";
      link.target = "_blank";
      document.body.append(link);
      link.click();
    });
    await page.waitForTimeout(200);
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  test("15: nothing is ever handed to the system's browser", async () => {
    const { app, page } = program;
    await app.evaluate(({ shell }) => {
      const calls: string[] = [];
      (globalThis as Record<string, unknown>)["externalCalls"] = calls;
      shell.openExternal = async (url: string) => void calls.push(url);
      shell.openPath = async (path: string) => String(calls.push(path));
    });
    await page.evaluate(() => {
      const link = document.createElement("a");
      link.href = "https://127.0.0.1:9/";
      document.body.append(link);
      link.click();
    });
    await page.waitForTimeout(200);
    expect(await app.evaluate(() => (globalThis as Record<string, unknown>)["externalCalls"])).toEqual([]);
  });

  test("17: requests are answered to the page alone, and their names and arguments are checked", async () => {
    const { app, page } = program;
    const answers = await page.evaluate(async () => {
      const bridge = (
        globalThis as unknown as { gilscope: { request(name: unknown, argument: unknown): Promise<unknown> } }
      ).gilscope;
      const failure = (name: unknown, argument: unknown): Promise<string> =>
        bridge.request(name, argument).then(
          () => "answered",
          (error: Error) => error.message,
        );
      return Promise.all([
        failure("welcome", null),
        failure("noSuchRequest", null),
        failure("__proto__", null),
        failure("constructor", null),
        failure(7, null),
        failure("copyText", { text: 7 }),
        failure("nextFrame", { source: "elsewhere", after: -1, selectedRowId: null }),
        failure("visibility", { visible: "yes" }),
      ]);
    });
    expect(answers[0]).toBe("answered");
    for (const answer of answers.slice(1)) expect(answer).not.toBe("answered");

    const foreign = await app.evaluate(async ({ BrowserWindow, ipcMain }) => {
      const window = BrowserWindow.getAllWindows()[0];
      const handlers = (
        ipcMain as unknown as { _invokeHandlers: Map<string, (event: unknown, ...args: unknown[]) => Promise<unknown>> }
      )._invokeHandlers;
      const handle = handlers.get("gilscope:request");
      if (window === undefined || handle === undefined) return null;
      const frame = window.webContents.mainFrame;
      const senders = [
        { sender: window.webContents, senderFrame: null },
        { sender: window.webContents, senderFrame: { parent: frame, url: "gilscope://app/index.html" } },
        { sender: { mainFrame: 1 }, senderFrame: frame },
      ];
      return Promise.all(
        senders.map(
          (sender) =>
            new Promise((resolve) => {
              const event = { ...sender, _reply: resolve, _throw: resolve, sendReply: resolve };
              void Promise.resolve(handle(event, "welcome", null)).then(
                (value) => value !== undefined && resolve(value),
              );
            }),
        ),
      );
    });
    expect(foreign).not.toBeNull();
    for (const answer of foreign ?? []) expect(JSON.stringify(answer)).toContain("foreign-sender");
  });

  test("18: the page comes by its own scheme, which serves its own folder only", async () => {
    const { app } = program;
    const texts = await app.evaluate(async ({ BrowserWindow }) => {
      const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
      const addresses = [
        "gilscope://app/index.html",
        "gilscope://app/%2e%2e/main.cjs",
        "gilscope://app/..%2fmain.cjs",
        "gilscope://app/assets",
        "gilscope://app/.programs.sha256",
        "gilscope://other/index.html",
      ];
      const found: string[] = [];
      for (const address of addresses) {
        await window.loadURL(address).catch(() => undefined);
        found.push(await window.webContents.executeJavaScript("document.documentElement.innerHTML"));
      }
      window.destroy();
      return found;
    });
    expect(texts[0]).toContain('id="root"');
    for (const text of texts.slice(1)) expect(text).toMatch(/not found|<body><\/body>/);
  });

  test("20: nothing of Electron reaches the page but one function", async () => {
    const shape = await program.page.evaluate(() => {
      const bridge = (globalThis as unknown as { gilscope: object }).gilscope;
      return {
        names: Object.getOwnPropertyNames(bridge),
        frozen: Object.isFrozen(bridge) || !Reflect.set(bridge, "request", 1),
      };
    });
    expect(shape).toEqual({ names: ["request"], frozen: true });
  });
});
