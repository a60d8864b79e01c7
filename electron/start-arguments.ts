/** Words that make the program answer on the command line instead of opening a window. */
export const COMMANDS = [
  "list",
  "diagnose",
  "top",
  "export",
  "diff",
  "record",
  "serve",
  "completions",
  "man",
  "help",
] as const;

const COMMAND_FLAGS: readonly string[] = ["--help", "-h", "--version"];

/** What the program was started for. */
export type StartArguments =
  | { readonly kind: "command"; readonly arguments: readonly string[] }
  | { readonly kind: "window"; readonly file: string | null };

/** What the reading of the arguments depends on. */
export interface StartContext {
  /** True where Electron's default program was given a folder to run: the first argument that is no switch. */
  readonly defaultApp: boolean;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Tells a command from a request for the window.
 * Chromium's own switches (`--no-sandbox` …) may stand before either. Without a display the window becomes the page served to a browser.
 */
export function readStartArguments(argv: readonly string[], context: StartContext): StartArguments {
  const own = argv.slice(1);
  // Chromium's switches may stand before the folder, too.
  if (context.defaultApp) own.splice(0, own.findIndex((argument) => !argument.startsWith("-")) + 1);
  const first = own.findIndex((argument) => COMMAND_FLAGS.includes(argument) || !argument.startsWith("-"));
  const word = own[first];
  if (word !== undefined && (COMMAND_FLAGS.includes(word) || (COMMANDS as readonly string[]).includes(word))) {
    return { kind: "command", arguments: own.slice(first) };
  }
  const file = word ?? null;
  if (!hasDisplay(context)) return { kind: "command", arguments: file === null ? ["serve"] : ["serve", file] };
  return { kind: "window", file };
}

function hasDisplay({ platform, environment }: StartContext): boolean {
  if (platform !== "linux") return true;
  return Boolean(environment["DISPLAY"]) || Boolean(environment["WAYLAND_DISPLAY"]);
}
