import { describe, expect, it } from "vitest";
import { capabilitySentence, obstacleRemedy, obstacleSentence } from "./obstacle.ts";

describe("obstacles", () => {
  it("say what is lost, why, and the remedy", () => {
    expect(capabilitySentence({ id: "futexProbe", available: false, reason: "denied", obstacle: "yama-scope-2" })).toBe(
      "Not known: which threads wait for the GIL and which for something else. The kernel lets only administrators read other programs (kernel.yama.ptrace_scope is 2). Run Gilscope as root or with CAP_SYS_PTRACE.",
    );
    expect(capabilitySentence({ id: "threadCpu", available: false, reason: "unsupported", obstacle: null })).toBe(
      "Not known: how much CPU each thread uses. This system or interpreter does not offer it.",
    );
    expect(capabilitySentence({ id: "threadTable", available: true, reason: null, obstacle: null })).toBe(
      "Threads: the threads of each runtime.",
    );
  });

  it("names one that has no words yet", () => {
    expect(obstacleSentence("new-thing")).toBe("Not available here (new-thing).");
    expect(obstacleRemedy("new-thing")).toBe("");
  });
});
