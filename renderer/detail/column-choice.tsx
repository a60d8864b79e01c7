import { THREAD_TABLE_COLUMNS } from "../../core/settings/settings.ts";
import { useDesk, useSetting } from "../act/use-desk.ts";
import { CheckPopover } from "../shell/check-popover.tsx";
import { THREAD_TABLE } from "./thread-columns.ts";

/** Which columns the thread table has. The choice is kept. */
export function ColumnChoice() {
  const desk = useDesk();
  const hidden = useSetting((settings) => settings.hiddenThreadColumns);
  return (
    <CheckPopover
      label="Columns of the thread table"
      button={{ className: "button small", testId: "thread-columns", content: "Columns" }}
      checks={THREAD_TABLE_COLUMNS.map((id) => ({
        id: `column-${id}`,
        label: THREAD_TABLE.find((column) => column.id === id)?.label,
        on: !hidden.includes(id),
        onToggle: (on) =>
          void desk.changeSettings({
            hiddenThreadColumns: on ? hidden.filter((one) => one !== id) : [...hidden, id],
          }),
      }))}
    />
  );
}
