import { describe, expect, it } from "vitest";
import { MOST_RECENT_COMMANDS, type RecentCommand } from "../settings/settings.ts";
import { recentCommand, withRecentCommand } from "./recent-commands.ts";

const plain = (word: string) => ({ words: ["python", word], workingDirectory: null, environment: [] });

describe("recent commands", () => {
  it("keep no secrets, and redacting again changes nothing", () => {
    const kept = recentCommand({
      words: ["python", "app.py", "--password", "hunter2", "--token=abcdef"],
      workingDirectory: "/srv",
      environment: [
        { name: "API_KEY", value: "sk-abcdefghijklmnopqrstu" },
        { name: "LEVEL", value: "debug" },
      ],
    });
    expect(JSON.stringify(kept)).not.toMatch(/hunter2|abcdef/);
    expect(kept.words.slice(0, 3)).toEqual(["python", "app.py", "--password"]);
    expect(kept.environment[1]).toEqual({ name: "LEVEL", value: "debug" });
    expect(recentCommand(kept)).toEqual(kept);
  });

  it("come newest first, each once, and only so many", () => {
    let list: RecentCommand[] = [];
    for (let number = 0; number < 20; number += 1) list = withRecentCommand(list, plain(`${number}.py`));
    list = withRecentCommand(list, plain("15.py"));
    expect(list).toHaveLength(MOST_RECENT_COMMANDS);
    expect(list.slice(0, 3).map(({ words }) => words[1])).toEqual(["15.py", "19.py", "18.py"]);
    expect(new Set(list.map(({ words }) => words[1])).size).toBe(MOST_RECENT_COMMANDS);
  });
});
