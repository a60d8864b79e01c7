import { fileURLToPath } from "node:url";

/** Root folder of the project, without a trailing separator. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
