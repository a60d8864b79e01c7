import { type Settings, THEMES } from "../../core/settings/settings.ts";
import { useDesk, useSetting } from "../act/use-desk.ts";

type Theme = Settings["theme"];

const NAMES: Readonly<Record<Theme, string>> = {
  system: "as the system",
  dark: "dark",
  light: "light",
  contrast: "high contrast",
};

function Icon({ theme }: { readonly theme: Theme }) {
  switch (theme) {
    case "dark":
      return <path d="M13 9.8A5.6 5.6 0 0 1 6.2 3 5.6 5.6 0 1 0 13 9.8Z" fill="currentColor" />;
    case "light":
      return (
        <>
          <circle cx="8" cy="8" r="3" fill="currentColor" />
          <path
            d="M8 1.4v1.8M8 12.8v1.8M1.4 8h1.8M12.8 8h1.8M3.3 3.3l1.3 1.3M11.4 11.4l1.3 1.3M12.7 3.3l-1.3 1.3M4.6 11.4l-1.3 1.3"
            stroke="currentColor"
            strokeWidth="1.5"
            strokeLinecap="round"
          />
        </>
      );
    case "contrast":
      return (
        <>
          <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="2" />
          <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4Z" fill="currentColor" />
        </>
      );
    case "system":
      return (
        <>
          <circle cx="8" cy="8" r="5.4" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M8 2.6a5.4 5.4 0 0 1 0 10.8Z" fill="currentColor" />
        </>
      );
  }
}

/** Goes round the themes: as the system, dark, light, high contrast. */
export function ThemeButton() {
  const desk = useDesk();
  const theme = useSetting((settings) => settings.theme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  return (
    <button
      type="button"
      className="button icon"
      data-testid="theme-button"
      aria-label={`Theme: ${NAMES[theme]}. Change to ${NAMES[next]}`}
      title={`Theme: ${NAMES[theme]}`}
      onClick={() => void desk.changeSettings({ theme: next })}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <Icon theme={theme} />
      </svg>
    </button>
  );
}
