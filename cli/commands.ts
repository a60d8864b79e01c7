import type { Command } from "./command.ts";
import { completionsCommand } from "./commands/completions.ts";
import { diagnoseCommand } from "./commands/diagnose.ts";
import { diffCommand } from "./commands/diff.ts";
import { exportCommand } from "./commands/export.ts";
import { listCommand } from "./commands/list.ts";
import { manCommand } from "./commands/man.ts";
import { recordCommand } from "./commands/record.ts";
import { serveCommand } from "./commands/serve.ts";
import { topCommand } from "./commands/top.ts";

/** Every command, in the order help shows them. */
export const COMMANDS: readonly Command[] = [
  listCommand,
  diagnoseCommand,
  topCommand,
  exportCommand,
  diffCommand,
  recordCommand,
  serveCommand,
  completionsCommand(() => COMMANDS),
  manCommand(() => COMMANDS),
];
