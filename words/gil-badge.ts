import type { RuntimeFrame } from "../core/frame/frame.ts";

/** What is special about a runtime's GIL, in a few words; null for an ordinary build with one GIL. */
export function gilBadge({ python, gils }: Pick<RuntimeFrame, "python" | "gils">): string | null {
  const states = gils.map(({ enabled }) => enabled).filter((enabled) => enabled !== null);
  if (states.length === 0) return python.build === "free-threaded" ? "free-threaded, GIL state not known" : null;
  return states.some((enabled) => enabled) ? "free-threaded, GIL re-enabled" : "free-threaded";
}
