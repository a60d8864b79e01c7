import { expect, it } from "vitest";
import { clock, stretch } from "./clock.ts";

const at = (hours: number, minutes: number, seconds: number) => new Date(2026, 4, 5, hours, minutes, seconds).getTime();

it("writes every time of day with two digits each", () => {
  expect([clock(at(0, 0, 9)), clock(at(14, 2, 10))]).toEqual(["00:00:09", "14:02:10"]);
});

it("names a stretch of the past and calls only the newest one the last", () => {
  expect(stretch(24, null)).toBe("the last 24 s");
  expect(stretch(24, { untilWallMs: at(14, 2, 34) })).toBe("24 s, 14:02:10–14:02:34");
});
