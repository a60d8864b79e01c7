const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that XML takes for text, wherever it stands; characters that XML does not allow are left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "")
    .replace(/(?![\n\t])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "");
}

/** A length with as many decimals as can be seen. */
export function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Attributes of an element; empty ones are left out. */
export function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}="${escapeXml(value)}"`)
    .join(" ");
}
