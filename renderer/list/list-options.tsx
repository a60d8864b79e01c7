import { useEffect } from "react";
import { useDesk, useSetting } from "../act/use-desk.ts";
import { usePage } from "../page/use-page.ts";
import { CheckPopover } from "../shell/check-popover.tsx";

/** How the list is laid out: by family or flat, with or without helpers. The choice is kept. */
export function ListOptions() {
  const page = usePage();
  const desk = useDesk();
  const flat = useSetting((settings) => settings.flatList);
  const hideHelpers = useSetting((settings) => settings.hideHelpers);
  useEffect(() => page.setListShape({ flat, hideHelpers }), [page, flat, hideHelpers]);
  return (
    <CheckPopover
      label="Layout of the list"
      className="list-options"
      button={{
        className: "quiet-button",
        testId: "list-options",
        label: `Layout of the list: ${flat ? "flat" : "by program"}`,
        title: flat ? "Flat" : "By program",
        content: (
          <svg viewBox="0 0 16 16" width="15" height="15" aria-hidden="true">
            <path
              d={flat ? "M2.5 4h11M2.5 8h11M2.5 12h11" : "M2.5 3.5h11M6 8h7.5M6 12.5h7.5M3 6v6.5h1.5M3 8h1.5"}
              fill="none"
              stroke="currentColor"
              strokeWidth="1.5"
              strokeLinecap="round"
            />
          </svg>
        ),
      }}
      checks={[
        {
          id: "list-tree",
          label: "Group by program",
          on: !flat,
          onToggle: (on) => void desk.changeSettings({ flatList: !on }),
        },
        {
          id: "list-helpers",
          label: "Show helpers",
          on: !hideHelpers,
          onToggle: (on) => void desk.changeSettings({ hideHelpers: !on }),
        },
      ]}
    />
  );
}
