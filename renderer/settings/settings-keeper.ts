import type { Transport } from "../../core/page/protocol.ts";
import { parseSettings, type Settings, settingsText, USUAL_SETTINGS } from "../../core/settings/settings.ts";
import { setByteUnits } from "../../words/number.ts";
import { createStore, type Store } from "../page/store.ts";

const KEY = "gilscope.settings";

/** The settings in force. */
export interface SettingsKeeper {
  readonly store: Store<{ readonly settings: Settings }>;
  /** Takes over what the desktop shell keeps, once the page knows that there is one; answers with what was wrong with the file. */
  load(transport: Transport): Promise<string | null>;
  /** Puts some settings in force and keeps them; answers with what went wrong, or null. */
  change(patch: Partial<Settings>): Promise<string | null>;
}

/**
 * Keeps settings in the browser's own store and, where a desktop shell says so, in its file.
 * The browser's store is read before the first picture, so that it is drawn in the right theme at once.
 */
export function createSettings(page: Window): SettingsKeeper {
  const kept = readKept(page);
  const store = createStore<{ readonly settings: Settings }>({ settings: kept.settings });
  const prefersLight = page.matchMedia("(prefers-color-scheme: light)");
  let shell: Transport | null = null;

  const apply = () => {
    const { theme, byteUnits, hiddenColumns } = store.get().settings;
    const { dataset } = page.document.documentElement;
    dataset["theme"] = theme === "system" ? (prefersLight.matches ? "light" : "dark") : theme;
    dataset["hiddenColumns"] = hiddenColumns.join(" ");
    setByteUnits(byteUnits);
  };
  const take = (settings: Settings) => {
    store.set({ settings });
    apply();
    try {
      page.localStorage.setItem(KEY, settingsText(settings));
    } catch {
      // Storage may be forbidden; then the choice lasts as long as the page.
    }
  };
  prefersLight.addEventListener("change", apply);
  apply();

  return {
    store,
    async load(transport) {
      const { settings, problem } = await transport.request("settings", null);
      if (settings === null) return kept.problem;
      shell = transport;
      take(settings);
      return problem;
    },
    async change(patch) {
      take({ ...store.get().settings, ...patch });
      return shell === null ? null : shell.request("keepSettings", { settings: store.get().settings });
    },
  };
}

function readKept(page: Window): { readonly settings: Settings; readonly problem: string | null } {
  try {
    const text = page.localStorage.getItem(KEY);
    if (text === null) return { settings: USUAL_SETTINGS, problem: null };
    const settings = parseSettings(text);
    if (settings !== null) return { settings, problem: null };
    page.localStorage.setItem(`${KEY}.unreadable`, text);
    page.localStorage.removeItem(KEY);
    return {
      settings: USUAL_SETTINGS,
      problem:
        "The settings kept in this browser were none of this version. They were set aside, and the usual settings hold.",
    };
  } catch {
    return { settings: USUAL_SETTINGS, problem: null };
  }
}
