import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Looks a program up in PATH, and in the folders of the system's administrator, which PATH may lack.
 * @param {...string} names Tried in this order.
 * @returns {string | null} Its path, or null.
 */
export function findProgram(...names) {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin"];
  for (const name of names) {
    for (const folder of folders) {
      if (folder === "") continue;
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {}
    }
  }
  return null;
}
