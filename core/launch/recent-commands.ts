import { redactArguments } from "../sample/redact.ts";
import { MOST_RECENT_COMMANDS, type RecentCommand } from "../settings/settings.ts";
import type { LaunchCommand } from "./launch.ts";

/** A command as it is kept: without what looks like a secret. Doing it twice changes nothing more. */
export function recentCommand({ words, workingDirectory, environment }: LaunchCommand): RecentCommand {
  return {
    words: [...redactArguments(words)],
    workingDirectory,
    environment: environment.map(({ name, value }) => {
      const [line = ""] = redactArguments([`${name}=${value}`]);
      // A value that alone looks like a secret may be redacted with its name.
      return line.startsWith(`${name}=`) ? { name, value: line.slice(name.length + 1) } : { name, value: line };
    }),
  };
}

/** The commands kept once this one was started: it comes first, each is there once, the oldest go. */
export function withRecentCommand(old: readonly RecentCommand[], command: LaunchCommand): RecentCommand[] {
  const added = recentCommand(command);
  const same = JSON.stringify(added);
  return [added, ...old.filter((other) => JSON.stringify(other) !== same)].slice(0, MOST_RECENT_COMMANDS);
}
