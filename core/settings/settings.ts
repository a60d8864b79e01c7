import * as z from "zod/mini";
import { VERDICT_IDS } from "../verdict/verdict.ts";

/** Themes to choose from; `system` follows the desktop. */
export const THEMES = ["system", "dark", "light", "contrast"] as const;
/** Times between two samples to choose from, milliseconds. */
export const INTERVALS_MS = [500, 1000, 2000, 5000] as const;
/** CPU that sampling may use, cores, to choose from. */
export const BUDGETS_CORES = [0.005, 0.01, 0.02, 0.05] as const;
/** Lengths of the history to choose from, seconds. */
export const HISTORIES_SECONDS = [300, 900, 1800] as const;
/** How bytes are written: powers of 1024 (`MiB`) or of 1000 (`MB`). */
export const BYTE_UNITS = ["binary", "decimal"] as const;
/** Columns of the list that can be left out. */
export const LIST_COLUMNS = ["trend", "memory"] as const;
/** Orders of the list. */
export const LIST_SORTS = ["lost", "cpu", "memory", "name"] as const;
/** Columns of the thread table that can be left out, and those it can be sorted by. */
export const THREAD_TABLE_COLUMNS = ["tid", "trend", "gilWait", "switches", "nowIn"] as const;
export const THREAD_SORTS = ["name", "tid", "cpu", "gilWait", "switches", "nowIn"] as const;
/** How long a verdict must hold before it is told, seconds. */
export const NOTICE_SECONDS = [10, 30, 60, 300] as const;
/** Commands kept for the launch dialog. */
export const MOST_RECENT_COMMANDS = 12;

/** Version of the file; a file of a newer one is set aside rather than misread. */
export const SETTINGS_VERSION = 1;

const commandText = z.string().check(z.maxLength(4096));

const recentCommand = z.object({
  /** Program and arguments, without what looks like a secret. */
  words: z.array(commandText).check(z.minLength(1), z.maxLength(256)),
  /** Null: the user's home. */
  workingDirectory: z.nullable(commandText),
  environment: z.array(z.object({ name: commandText, value: commandText })).check(z.maxLength(64)),
});

/** Everything the user chose. Fields an older file lacks get their usual value; a wrong field makes the whole file a wrong one. */
export const settingsSchema = z.object({
  version: z.literal(SETTINGS_VERSION),
  theme: z._default(z.enum(THEMES), "system"),
  intervalMs: z._default(z.literal(INTERVALS_MS), 1000),
  budgetCores: z._default(z.literal(BUDGETS_CORES), 0.01),
  historySeconds: z._default(z.literal(HISTORIES_SECONDS), 900),
  byteUnits: z._default(z.enum(BYTE_UNITS), "binary"),
  listSort: z._default(z.enum(LIST_SORTS), "lost"),
  /** Columns of the list that are left out. */
  hiddenColumns: z._default(z.array(z.enum(LIST_COLUMNS)).check(z.maxLength(LIST_COLUMNS.length)), []),
  /** Runtimes one below the other, without families; and without helpers such as resource trackers. */
  flatList: z._default(z.boolean(), false),
  hideHelpers: z._default(z.boolean(), false),
  threadSort: z._default(z.object({ column: z.enum(THREAD_SORTS), descending: z.boolean() }), {
    column: "cpu",
    descending: true,
  }),
  hiddenThreadColumns: z._default(
    z.array(z.enum(THREAD_TABLE_COLUMNS)).check(z.maxLength(THREAD_TABLE_COLUMNS.length)),
    [],
  ),
  notices: z._default(
    z.object({
      on: z.boolean(),
      seconds: z.literal(NOTICE_SECONDS),
      verdicts: z.array(z.enum(VERDICT_IDS)).check(z.maxLength(VERDICT_IDS.length)),
    }),
    { on: false, seconds: 30, verdicts: ["gil-bound"] },
  ),
  recentCommands: z._default(z.array(recentCommand).check(z.maxLength(MOST_RECENT_COMMANDS)), []),
  /** Whether the card for newcomers was put away. */
  welcomed: z._default(z.boolean(), false),
});

/** Everything the user chose. */
export type Settings = Readonly<z.infer<typeof settingsSchema>>;

/** A command of the launch dialog as it is kept: secrets are out. */
export type RecentCommand = z.infer<typeof recentCommand>;

/** What holds before anything was chosen. */
export const USUAL_SETTINGS: Settings = settingsSchema.parse({ version: SETTINGS_VERSION });

/** Settings from the text of a file, or null where it holds none that this version can take. */
export function parseSettings(text: string): Settings | null {
  try {
    const parsed = settingsSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Settings as the text of a file. */
export function settingsText(settings: Settings): string {
  return `${JSON.stringify(settings, null, 2)}\n`;
}
