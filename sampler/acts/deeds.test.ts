import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exportersIn } from "../../cli/exporters.ts";
import type { ActOutcome } from "../../core/act/action.ts";
import { USUAL_SETTINGS } from "../../core/settings/settings.ts";
import { FOUR_ON_ONE_GIL } from "../../core/testing/scenarios.ts";
import { type SimulatedEngine, simulatedEngine } from "../testing/simulated-engine.ts";
import { createViewerService, type ViewerService } from "../viewer-service.ts";
import type { DesktopServices } from "./deeds.ts";
import { Launcher } from "./launcher.ts";

const ACTION = { kind: "signal", signal: "SIGTERM" } as const;

let engine: SimulatedEngine;
let folder: string;
let shown: string[];
const services: ViewerService[] = [];

beforeEach(() => {
  engine = simulatedEngine();
  engine.step({ processes: [FOUR_ON_ONE_GIL] });
  folder = mkdtempSync(join(tmpdir(), "gilscope-deeds-"));
  shown = [];
});

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
  rmSync(folder, { recursive: true, force: true });
});

function desktop(): DesktopServices {
  return {
    launcher: new Launcher(),
    examplesFolder: folder,
    showInFolder: (path) => void shown.push(path),
    settings: () => ({ settings: USUAL_SETTINGS, problem: null }),
    keepSettings: async () => null,
    capture: async () => Uint8Array.of(1),
    savePicture: async (name) => ({ state: "saved", fileName: name }),
  };
}

function serviceWith(options: { actions: boolean; desktop?: DesktopServices }): ViewerService {
  const service = createViewerService({
    engine,
    welcome: () => ({ programVersion: "1", engine: "", shell: "browser", sandboxOff: false, intervalMs: 1000 }),
    saveFile: null,
    chooseRecording: null,
    copyText: null,
    exporters: exportersIn(__dirname),
    ...options,
  });
  services.push(service);
  return service;
}

function target(): { processRowId: number; pid: number; startTicks: number } {
  const [runtime] = engine.frame()?.runtimes ?? [];
  if (runtime === undefined) throw new Error("no runtime");
  return { processRowId: runtime.rowId, pid: runtime.pid, startTicks: runtime.startTicks };
}

describe("requests that do something", () => {
  it("are refused where acting is not allowed, and say so in the welcome", async () => {
    const service = serviceWith({ actions: false });
    expect(await service.handle("welcome", null)).toMatchObject({ actions: false });
    expect(await service.handle("act", { ...target(), action: ACTION })).toEqual({
      state: "refused",
      refusal: "not-allowed",
    });
    expect(await serviceWith({ actions: true }).handle("welcome", null)).toMatchObject({ actions: true });
  });

  it("never signal a process that only has the pid of a runtime", async () => {
    // The runtime is of paper: whatever has its pid on this machine did not start at that tick.
    const outcome = (await serviceWith({ actions: true }).handle("act", { ...target(), action: ACTION })) as ActOutcome;
    expect(outcome).toEqual({ state: "refused", refusal: process.platform === "linux" ? "gone" : "unsupported" });
  });

  it("offer nothing of a desktop where there is none", async () => {
    const service = serviceWith({ actions: true });
    const command = { words: ["true"], workingDirectory: null, environment: [] };
    const refused = { state: "failed", problem: "not-allowed" };
    expect(await service.handle("launch", command)).toEqual(refused);
    expect(await service.handle("launchExample", { id: "idle" })).toEqual(refused);
    expect(await service.handle("launched", { id: 1, from: 0 })).toBeNull();
    expect(await service.handle("endLaunched", { id: 1, firmly: true })).toBe(false);
    expect(await service.handle("reveal", { ...target(), what: "executable" })).toBe("not-allowed");
    expect(await service.handle("settings", null)).toEqual({ settings: null, problem: null });
    expect(await service.handle("keepSettings", { settings: USUAL_SETTINGS })).toContain("desktop");
    expect(await service.handle("savePicture", { name: "x", picture: { kind: "svg", text: "<svg/>" } })).toMatchObject({
      state: "failed",
    });
  });

  it("show only paths that the host knows of the selected identity", async () => {
    const service = serviceWith({ actions: true, desktop: desktop() });
    expect(await service.handle("reveal", { ...target(), what: "executable", path: "/etc/shadow" })).toBe("shown");
    expect(await service.handle("reveal", { ...target(), pid: 77, what: "executable" })).toBe("not-a-runtime");
    expect(await service.handle("reveal", { ...target(), what: "environment" })).toBe("no-path");
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatch(/^\/.*python/);
  });

  it("take nothing but what they are made for", async () => {
    const service = serviceWith({ actions: true, desktop: desktop() });
    const wrong: readonly (readonly [string, unknown])[] = [
      ["act", { ...target(), action: { kind: "signal", signal: "SIGUSR1" } }],
      ["act", { ...target(), action: { kind: "signal", signal: 9 } }],
      ["act", { ...target(), action: { kind: "nice", nice: -20 } }],
      ["act", { ...target(), action: { kind: "affinity", cpus: [] } }],
      ["act", { ...target(), action: { kind: "affinity", cpus: ["0; reboot"] } }],
      ["act", { ...target(), pid: 1, action: ACTION }],
      ["act", { ...target(), pid: 0, action: ACTION }],
      ["act", { ...target(), pid: -1, action: ACTION }],
      ["reveal", { ...target(), what: "/etc" }],
      ["launch", { words: [], workingDirectory: null, environment: [] }],
      ["launch", { words: ["a\0b"], workingDirectory: null, environment: [] }],
      ["launch", { words: ["a"], workingDirectory: null, environment: [{ name: "A=B", value: "" }] }],
      ["launchExample", { id: "../evil" }],
      ["keepSettings", { settings: { version: 1, theme: "pink" } }],
      ["savePicture", { name: "../x", picture: { kind: "svg", text: "" } }],
      ["savePicture", { name: "x", picture: { kind: "png", area: { x: 0, y: 0, width: 0, height: 1e9 } } }],
    ];
    for (const [name, argument] of wrong) {
      await expect(service.handle(name, argument), JSON.stringify(argument)).rejects.toMatchObject({
        code: "bad-argument",
      });
    }
  });
});
