import { describe, expect, it } from "vitest";
import { COMMANDS as ALL } from "../cli/commands.ts";
import { COMMANDS, readStartArguments, type StartContext } from "./start-arguments.ts";

const installed: StartContext = { defaultApp: false, platform: "linux", environment: { DISPLAY: ":0" } };

describe("readStartArguments", () => {
  it.each([
    [[], { kind: "window", file: null }],
    [["a.json"], { kind: "window", file: "a.json" }],
    [["--no-sandbox", "a.json"], { kind: "window", file: "a.json" }],
    [["list", "--json"], { kind: "command", arguments: ["list", "--json"] }],
    [["--no-sandbox", "diagnose", "7"], { kind: "command", arguments: ["diagnose", "7"] }],
    [["--version"], { kind: "command", arguments: ["--version"] }],
    [["./list"], { kind: "window", file: "./list" }],
  ])("%j", (own, expected) => {
    expect(readStartArguments(["gilscope", ...own], installed)).toEqual(expected);
    const byDefaultProgram = { ...installed, defaultApp: true };
    expect(readStartArguments(["electron", "folder", ...own], byDefaultProgram)).toEqual(expected);
    expect(readStartArguments(["electron", "--no-sandbox", "folder", ...own], byDefaultProgram)).toEqual(expected);
  });

  it("knows every command of the command line", () => {
    expect([...COMMANDS].sort()).toEqual([...ALL.map(({ name }) => name), "help"].sort());
  });

  it("serves the page where there is no display", () => {
    const context = { ...installed, environment: {} };
    expect(readStartArguments(["gilscope"], context)).toEqual({ kind: "command", arguments: ["serve"] });
    expect(readStartArguments(["gilscope", "a.json"], context)).toEqual({
      kind: "command",
      arguments: ["serve", "a.json"],
    });
    expect(readStartArguments(["gilscope"], { ...context, platform: "darwin" }).kind).toBe("window");
    expect(readStartArguments(["gilscope"], { ...context, environment: { WAYLAND_DISPLAY: "wayland-0" } }).kind).toBe(
      "window",
    );
  });
});
