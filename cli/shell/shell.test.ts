import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { VERDICT_IDS } from "../../core/verdict/verdict.ts";
import { COMMANDS } from "../commands.ts";
import { completionScript, SHELLS } from "./completions.ts";
import { manPage } from "./man-page.ts";

const run = promisify(execFile);

function has(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("completions", () => {
  it.each(SHELLS)("for %s name every command and option", (shell) => {
    const script = completionScript(shell, COMMANDS);
    for (const { name, options } of COMMANDS) {
      expect(script).toContain(name);
      for (const option of Object.keys(options)) expect(script).toContain(option);
    }
  });

  it.skipIf(!has("bash"))("complete in a real bash (needs bash)", async () => {
    const complete = async (...words: readonly string[]): Promise<readonly string[]> => {
      const quoted = words.map((word) => `'${word}'`).join(" ");
      const ask = `COMP_WORDS=(gilscope ${quoted}); COMP_CWORD=${words.length}; _gilscope; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await run("bash", ["-c", `${completionScript("bash", COMMANDS)}\n${ask}`]);
      return stdout.split("\n").filter(Boolean);
    };
    expect(await complete("di")).toEqual(["diagnose", "diff"]);
    expect(await complete("")).toContain("top");
    expect(await complete("help", "re")).toEqual(["record"]);
    expect(await complete("record", "--se")).toEqual(["--seconds"]);
    expect(await complete("export", "--format", "h")).toEqual(["html"]);
    expect(await complete("diagnose", "--fail-on", "")).toEqual([...VERDICT_IDS]);
    expect(await complete("record", "--", "python3", "--")).toEqual([]);
    expect(await complete("list", "some")).toEqual([]);
  });

  for (const shell of ["zsh", "fish"] as const) {
    it.skipIf(!has(shell))(`are a script that ${shell} takes (needs ${shell})`, async () => {
      const checked = run(shell, ["-n", "/dev/stdin"]);
      checked.child.stdin?.end(completionScript(shell, COMMANDS));
      expect((await checked).stderr).toBe("");
    });
  }
});

describe("the manual page", () => {
  const page = manPage(COMMANDS, "1.2.3");

  it("holds every command with its options, and no line that acts by accident", () => {
    for (const { name, summary, options } of COMMANDS) {
      expect(page).toContain(`.B gilscope ${name}`);
      expect(page.replaceAll("\\-", "-")).toContain(summary);
      for (const option of Object.keys(options)) expect(page.replaceAll("\\-", "-")).toContain(`--${option}`);
    }
    for (const line of page.split("\n").filter((text) => text.startsWith("."))) {
      expect(line).toMatch(/^\.(?:TH|SH|TP|TQ|B|BR|RI|I|RS|RE|PP|br)\b/);
    }
  });

  it.skipIf(!has("groff"))("is set by groff without a warning (needs groff)", async () => {
    const set = run("groff", ["-man", "-Tutf8", "-ww"]);
    set.child.stdin?.end(page);
    const { stdout, stderr } = await set;
    expect(stderr).toBe("");
    expect(stdout).toContain("gilscope");
  });
});
