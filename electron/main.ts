import { collectAlone } from "../sampler/collector.ts";
import { runCommandLine } from "./command-line.ts";
import { openDesktop } from "./desktop.ts";
import { readStartArguments } from "./start-arguments.ts";

collectAlone();
// Commands are answered before Electron looks for a display: this file runs first, and a command never returns from here.
const start = readStartArguments(process.argv, {
  defaultApp: process.defaultApp === true,
  platform: process.platform,
  environment: process.env,
});
if (start.kind === "command") runCommandLine(start.arguments);
else openDesktop(start);
