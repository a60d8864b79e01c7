import { plainText } from "../core/text/plain-text.ts";

/** Text that Markdown shows as it is: nothing in it becomes markup, a link or a mention. */
export function markdownText(text: string): string {
  return plainText(text)
    .replace(/[\\`*_{}[\]<>#|~&@$!]/g, "\\$&")
    .replace(/:\/\//g, ":\\//")
    .replace(/\b(www)\./gi, "$1\\.")
    .replace(/^(\s*)([-+=]|[0-9]+[.)](?=\s|$))/, (_, space: string, mark: string) =>
      mark.length === 1 ? `${space}\\${mark}` : `${space}${mark.slice(0, -1)}\\${mark.slice(-1)}`,
    );
}
