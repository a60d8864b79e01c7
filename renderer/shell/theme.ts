import { createStore } from "../page/store.ts";

/** Themes to choose from. */
export const THEMES = ["system", "dark", "light"] as const;

/** One choice of theme. */
export type Theme = (typeof THEMES)[number];

const KEY = "gilscope.theme";

function kept(page: Window): Theme {
  try {
    const value = page.localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === value) ?? "system";
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
    return "system";
  }
}

/** The theme chosen, and the one in force on the document; the choice is kept. */
export function createThemeChoice(page: Window) {
  const store = createStore<{ readonly theme: Theme }>({ theme: kept(page) });
  const prefersLight = page.matchMedia("(prefers-color-scheme: light)");
  const apply = () => {
    const { theme } = store.get();
    page.document.documentElement.dataset["theme"] =
      theme === "system" ? (prefersLight.matches ? "light" : "dark") : theme;
  };
  prefersLight.addEventListener("change", apply);
  apply();
  return {
    store,
    choose(theme: Theme) {
      store.set({ theme });
      apply();
      try {
        page.localStorage.setItem(KEY, theme);
      } catch {
        // As above.
      }
    },
  };
}

/** What `createThemeChoice` makes. */
export type ThemeChoice = ReturnType<typeof createThemeChoice>;
