import { describe, expect, it } from "vitest";
import { type Command, findCommands } from "./command.ts";

const command = (title: string, note = "", also = ""): Command => ({
  id: title,
  title,
  note,
  also,
  run: () => undefined,
});
const ALL = [
  command("Export as CSV"),
  command("Pause"),
  command("Copy verdict as Markdown"),
  command("train.py", "pid 4100"),
  command("Settings…", "", "preferences theme"),
];
const titles = (text: string) => findCommands(ALL, text, 10).map(({ title }) => title);

describe("the command palette", () => {
  it("finds by every word, beginnings first, and by words behind the title", () => {
    expect(titles("p")[0]).toBe("Pause");
    expect(titles("mark copy")).toEqual(["Copy verdict as Markdown"]);
    expect(titles("4100")).toEqual(["train.py"]);
    expect(titles("theme")).toEqual(["Settings…"]);
    expect(titles("copy csv")).toEqual([]);
  });

  it("shows everything at first, and never more than asked for", () => {
    expect(titles("")).toHaveLength(ALL.length);
    expect(findCommands(ALL, "", 2)).toHaveLength(2);
  });
});
