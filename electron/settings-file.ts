import { existsSync, readFileSync, renameSync } from "node:fs";
import { basename } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { recentCommand } from "../core/launch/recent-commands.ts";
import type { SettingsAnswer } from "../core/page/protocol.ts";
import { parseSettings, type Settings, settingsText, USUAL_SETTINGS } from "../core/settings/settings.ts";
import { fileFailure } from "../sampler/files.ts";

/** Settings in a file of their own. */
export interface SettingsFile {
  /** Those in force, and once what was wrong with the file. */
  readonly answer: () => SettingsAnswer;
  readonly current: () => Settings;
  /** Puts settings in force and writes them, whole or not at all; answers with what went wrong, or null. */
  readonly keep: (settings: Settings) => Promise<string | null>;
}

/**
 * Reads the settings. A file that holds none, or those of a newer version, is set aside beside itself under a name that was free,
 * and the usual settings hold.
 */
export function openSettingsFile(path: string): SettingsFile {
  const read = readSettings(path);
  let current = read.settings;
  let untold = read.problem;
  return {
    current: () => current,
    answer: () => {
      const problem = untold;
      untold = null;
      return { settings: current, problem };
    },
    keep: async (settings) => {
      // Secrets never reach the disk, whatever the page sends.
      current = { ...settings, recentCommands: settings.recentCommands.map(recentCommand) };
      try {
        await writeFileAtomic(path, settingsText(current), "utf8");
        return null;
      } catch (error) {
        const { reason, remedy } = fileFailure(error);
        return `The settings hold until Gilscope ends, but ${path} can't be written: ${reason}; ${remedy}.`;
      }
    },
  };
}

function readSettings(path: string): { readonly settings: Settings; readonly problem: string | null } {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { settings: USUAL_SETTINGS, problem: null };
    const { reason, remedy } = fileFailure(error);
    return { settings: USUAL_SETTINGS, problem: `The settings in ${path} can't be read: ${reason}; ${remedy}.` };
  }
  const settings = parseSettings(text);
  return settings === null ? { settings: USUAL_SETTINGS, problem: setAside(path) } : { settings, problem: null };
}

function setAside(path: string): string {
  let aside = `${path}.unreadable`;
  for (let count = 2; existsSync(aside); count += 1) aside = `${path}.unreadable-${count}`;
  try {
    renameSync(path, aside);
    return `The settings file held no settings of this version. It was set aside as ${basename(aside)}, and the usual settings hold.`;
  } catch (error) {
    return `The settings file holds no settings of this version and can't be set aside: ${fileFailure(error).reason}. The usual settings hold.`;
  }
}
