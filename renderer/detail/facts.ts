/** A folder with the user's home shortened, as shells show it. */
export function shortFolder(path: string): string {
  return path.replace(/^\/(?:home\/[^/]+|root|Users\/[^/]+)(?=\/|$)/, "~");
}

/** Time of day for today, date and time for other days, in the reader's locale. */
export function startedText(startedWallMs: number, nowWallMs: number): string {
  const started = new Date(startedWallMs);
  const sameDay = new Date(nowWallMs).toDateString() === started.toDateString();
  const time = started.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
  if (sameDay) return time;
  return `${started.toLocaleDateString(undefined, { day: "numeric", month: "short" })} ${time}`;
}
