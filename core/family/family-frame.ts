import type { FamilyFrame, RuntimeFrame } from "../frame/frame.ts";
import { absent, known, type Reading } from "../sample/reading.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { Family } from "./families.ts";

/** Families with their totals and the verdict that matters most in each. */
export function familyFrames(families: readonly Family[], runtimes: readonly RuntimeFrame[]): readonly FamilyFrame[] {
  const byRowId = new Map(runtimes.map((runtime) => [runtime.rowId, runtime]));
  return families.map((family) => {
    const members: RuntimeFrame[] = [];
    for (const rowId of family.memberRowIds) {
      const member = byRowId.get(rowId);
      if (member !== undefined) members.push(member);
    }
    return {
      id: family.id,
      name: family.name,
      kind: family.kind,
      startMethod: family.startMethod,
      memberRowIds: family.memberRowIds,
      cpuCores: total(members, "cpuCores"),
      lostCores: total(members, "lostCores"),
      pssBytes: total(members, "pssBytes"),
      verdict: leading(members).verdict,
    };
  });
}

/** Sum of what is known; absent where nothing is, with the first reason. */
function total(members: readonly RuntimeFrame[], figure: "cpuCores" | "lostCores" | "pssBytes"): Reading {
  const first = members[0]?.[figure] ?? absent("not-yet");
  if (members.length === 1) return first;
  let sum = 0;
  let any = false;
  for (const member of members) {
    const reading = member[figure];
    if (!reading.known) continue;
    sum += reading.value;
    any = true;
  }
  return any ? known(sum) : first;
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
