import type { Family } from "./families.ts";
import type { FamilyFrame, RuntimeFrame } from "./frame.ts";
import { absent, known, type Reading } from "./reading.ts";
import type { Verdict } from "./verdict.ts";

/** Families with their totals and the verdict that matters most in each. */
export function familyFrames(families: readonly Family[], runtimes: readonly RuntimeFrame[]): readonly FamilyFrame[] {
  const byRowId = new Map(runtimes.map((runtime) => [runtime.rowId, runtime]));
  return families.map((family) => {
    const members = family.memberRowIds.flatMap((rowId) => byRowId.get(rowId) ?? []);
    return {
      ...family,
      cpuCores: total(members.map((member) => member.cpuCores)),
      lostCores: total(members.map((member) => member.lostCores)),
      pssBytes: total(members.map((member) => member.pssBytes)),
      verdict: leading(members).verdict,
    };
  });
}

/** Sum of what is known; absent where nothing is, with the first reason. */
function total(readings: readonly Reading[]): Reading {
  let sum = 0;
  let any = false;
  for (const reading of readings) {
    if (!reading.known) continue;
    sum += reading.value;
    any = true;
  }
  const first = readings[0];
  return any ? known(sum) : absent(first === undefined || first.known ? "not-yet" : first.reason);
}

const SEVERITY: Readonly<Record<Verdict["id"], number>> = {
  "gil-bound": 9,
  "quota-limited": 8,
  oversubscribed: 7,
  "cpu-starved": 6,
  "lock-bound": 5,
  parallel: 4,
  "single-threaded": 3,
  "io-bound": 2,
  undetermined: 1,
  idle: 0,
};

/** The member whose verdict speaks for the family: the one that loses most, else the one that uses most. */
function leading(members: readonly RuntimeFrame[]): RuntimeFrame {
  const weight = (member: RuntimeFrame): number =>
    (member.lostCores.known ? member.lostCores.value * 10 : 0) +
    (member.cpuCores.known ? member.cpuCores.value : 0) +
    SEVERITY[member.verdict.id] * 1e-3;
  return members.reduce((best, member) => (weight(member) > weight(best) ? member : best));
}
