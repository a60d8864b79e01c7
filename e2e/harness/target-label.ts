import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { VERDICT_IDS, type VerdictId } from "../../core/verdict/verdict.ts";

/** Under which circumstances a program is run. */
export interface Conditions {
  /** Cores of a cgroup quota; null for none. */
  readonly quotaCores: number | null;
  /** Number of CPUs it is pinned to; null for all. */
  readonly affinityCpus: number | null;
  /** Foreign computing programs per CPU. */
  readonly foreignPerCpu: number;
}

/**
 * What threads that work wait for while they neither run nor want a CPU. The program knows by its design what share of that time,
 * from `least` to `most`, is spent waiting for the GIL or for another thread; the rest is I/O and timers.
 * `ledger`: the program measures itself how long it wanted to run and did not.
 */
export type Asleep =
  | { readonly for: "gil" | "lock"; readonly least: number; readonly most: number }
  | { readonly for: "io" }
  | { readonly for: "ledger" };

/** One labelled program of the corpus, or a variant of it. */
export interface TargetLabel {
  /** File name without its ending; for a variant followed by a dot and the variant's name. */
  readonly name: string;
  /** File name without its ending: variants of one program share it. */
  readonly program: string;
  readonly path: string;
  readonly what: string;
  /** What its author says of it on a quiet machine, under its own conditions. */
  readonly verdict: VerdictId;
  /** Fixed by the program's name, so that variants of one program stand in the same half. */
  readonly split: Split;
  readonly conditions: Conditions;
  readonly asleep: Asleep;
  /** Label of its child runtimes; null when it has none that are judged. */
  readonly childVerdict: VerdictId | null;
  /** A Python module, or the least minor version (`3.12`), it needs; null for nothing. */
  readonly needs: string | null;
  /** What the program's `parameter()` answers. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Half of the corpus: thresholds may be tuned on one, the other only reports. */
export type Split = "tune" | "report";

/** Reads the labels in the doc strings of every program of a folder, each followed by its variants. Throws on a label that is not a verdict. */
export function readLabels(folder: string): readonly TargetLabel[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".py") && !file.startsWith("_"))
    .sort()
    .flatMap((file) => parseLabels(join(folder, file), readFileSync(join(folder, file), "utf8")));
}

/** Reads the labels of one program's doc string; exported for its test. */
export function parseLabels(path: string, source: string): readonly TargetLabel[] {
  const docString = /^"""([\s\S]*?)"""/.exec(source)?.[1];
  if (docString === undefined) throw new Error(`${path} has no doc string with its label`);
  const [head = "", tail = ""] = docString.split(/^variants:\n/m);
  const program = basename(path, ".py");
  const fields = new Map([...head.matchAll(/^([a-z]+): (.*)$/gm)].map(([, name, value]) => [name ?? "", value ?? ""]));
  const common = new Map([...fields].filter(([name]) => name !== "conditions"));
  for (const [name, value] of pairs(fields.get("conditions") ?? "")) common.set(name, value);
  const what = head.split("\n")[0] ?? "";
  const variants = [...tail.matchAll(/^ {2}([a-z0-9-]+): (.*)$/gm)].map(([, name, text]) =>
    labelOf(path, program, `${program}.${name}`, what, new Map([...common, ...pairs(text ?? "")])),
  );
  return [labelOf(path, program, program, what, common), ...variants];
}

const OWN_FIELDS = new Set([
  "label",
  "asleep",
  "quota",
  "affinity",
  "foreign",
  "children",
  "needs",
  "flagged",
  "further",
]);

function pairs(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/([a-z]+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value.replace(":", " ")]);
}

function labelOf(
  path: string,
  program: string,
  name: string,
  what: string,
  fields: ReadonlyMap<string, string>,
): TargetLabel {
  const number = (field: string): number | null => {
    const text = fields.get(field);
    return text === undefined ? null : Number(text);
  };
  const children = fields.get("children");
  return {
    name,
    program,
    path,
    what,
    verdict: verdictId(fields.get("label") ?? "", path),
    split: splitOf(program),
    conditions: {
      quotaCores: number("quota"),
      affinityCpus: number("affinity"),
      foreignPerCpu: number("foreign") ?? 0,
    },
    asleep: asleepOf(fields.get("asleep") ?? "io", path),
    childVerdict: children === undefined ? null : verdictId(children, path),
    needs: fields.get("needs") ?? null,
    parameters: Object.fromEntries([...fields].filter(([field]) => !OWN_FIELDS.has(field))),
  };
}

/** Which half a program belongs to. */
export function splitOf(program: string): Split {
  return (createHash("sha256").update(program).digest()[0] ?? 0) % 2 === 0 ? "tune" : "report";
}

function asleepOf(text: string, path: string): Asleep {
  const [cause, range] = text.split(" ");
  if (cause === "io" || cause === "ledger") return { for: cause };
  const [least = 1, most = 1] = (range ?? "1-1").split("-").map(Number);
  if (cause === "gil" || cause === "lock") return { for: cause, least, most };
  throw new Error(`${path}: "${text}" is nothing to wait for`);
}

function verdictId(text: string, path: string): VerdictId {
  const found = VERDICT_IDS.find((id) => id === text);
  if (found === undefined) throw new Error(`${path}: "${text}" is not a verdict`);
  return found;
}
