import { describe, expect, it } from "vitest";
import { advance, initialState } from "../core/advance.ts";
import type { Frame } from "../core/frame/frame.ts";
import { simulate } from "../core/testing/sample-builder.ts";
import * as scenarios from "../core/testing/scenarios.ts";
import { listText } from "./list-text.ts";

function frameOf(processes: Parameters<typeof simulate>[0]["processes"], obstacle: string | null): Frame {
  const { header, samples } = simulate({ processes }, 3);
  let state = initialState(header);
  for (const sample of samples) state = advance(state, sample).state;
  if (state.frame === null) throw new Error("no frame");
  const capabilities = state.frame.capabilities.map((one) =>
    one.id === "otherUsers" && obstacle !== null
      ? ({ ...one, available: false, reason: "denied", obstacle } as const)
      : one,
  );
  return { ...state.frame, capabilities };
}

describe("the list of runtimes", () => {
  it("says that programs of others are hidden, with and without a runtime", () => {
    const hidden = /Programs of other users are hidden here .*hidepid.*Run Gilscope as root/;
    expect(listText(frameOf([scenarios.FOUR_ON_ONE_GIL], "hidepid"), null)).toMatch(hidden);
    expect(listText(frameOf([], "hidepid"), null)).toMatch(/^No Python is running .*\n.*hidepid/);
  });

  it("says nothing of it where others are seen, or only not looked into", () => {
    for (const obstacle of [null, "not-root"]) {
      expect(listText(frameOf([scenarios.FOUR_ON_ONE_GIL], obstacle), null)).not.toMatch(/hidden|other users/);
    }
  });
});
