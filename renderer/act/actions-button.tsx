import type { RuntimeFrame } from "../../core/frame/frame.ts";
import { usePage, usePageState } from "../page/use-page.ts";
import type { Command } from "../palette/command.ts";
import { MenuMark } from "../shell/marks.tsx";
import { MenuButton, type MenuItem } from "../shell/menu-button.tsx";
import { actCommands, copyCommands, placeCommands, stackCommand } from "./runtime-commands.ts";
import { useDesk } from "./use-desk.ts";

/** The menu of what can be done to, or taken from, the runtime on screen. */
export function ActionsButton({ runtime, ended }: { readonly runtime: RuntimeFrame; readonly ended: boolean }) {
  const page = usePage();
  const desk = useDesk();
  const alive = usePageState((state) => state.file === null) && !ended;
  const items = (): readonly MenuItem[] => {
    const groups: readonly (readonly Command[])[] = [
      [stackCommand(desk, runtime)],
      copyCommands(page, runtime),
      alive ? actCommands(page, desk, runtime) : [],
      placeCommands(page, desk, runtime, alive),
    ];
    return groups.flatMap((group, at) =>
      group.map(({ id, title, run }, index) => ({ id, title, run, apart: index === 0 && at > 0 })),
    );
  };
  return (
    <MenuButton
      label={`Actions on ${runtime.name}`}
      hint={`Actions on ${runtime.name}`}
      items={items}
      testId="actions-button"
      className="button actions-button"
    >
      Actions
      <MenuMark />
    </MenuButton>
  );
}
