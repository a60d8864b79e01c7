import { assertNever } from "../../core/assert-never.ts";
import { MeasuredSheet } from "../help/measured-sheet.tsx";
import { LaunchSheet } from "../launch/launch-sheet.tsx";
import { useStore } from "../page/use-page.ts";
import { Palette } from "../palette/palette.tsx";
import { ProcessSheet } from "../processes/process-sheet.tsx";
import { SettingsSheet } from "../settings/settings-sheet.tsx";
import { HelpSheet } from "../shell/help-sheet.tsx";
import { ActSheet } from "./act-sheet.tsx";
import { StackSheet } from "./stack-sheet.tsx";
import { useDesk } from "./use-desk.ts";

/** The sheet that lies over the window, if any. */
export function Sheets() {
  const sheet = useStore(useDesk().store, (state) => state.sheet);
  switch (sheet?.kind) {
    case undefined:
      return null;
    case "help":
      return <HelpSheet />;
    case "measured":
      return <MeasuredSheet figure={sheet.figure} />;
    case "settings":
      return <SettingsSheet />;
    case "palette":
      return <Palette />;
    case "processes":
      return <ProcessSheet />;
    case "launch":
      return <LaunchSheet />;
    case "act":
      return <ActSheet target={sheet.target} wish={sheet.wish} />;
    case "stack":
      return <StackSheet target={sheet.target} />;
    default:
      return assertNever(sheet);
  }
}
