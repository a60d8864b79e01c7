import { useState } from "react";
import { EXPORT_FORMATS } from "../../core/page/protocol.ts";
import { EXPORT_FORMAT_LABELS } from "../../words/export-formats.ts";
import { usePage } from "../page/use-page.ts";
import { MenuMark } from "./marks.tsx";
import { MenuButton, type MenuItem } from "./menu-button.tsx";

/** The export button and its menu. */
export function ExportMenu({ ready }: { readonly ready: boolean }) {
  const page = usePage();
  const [redact, setRedact] = useState(true);
  const items = (): readonly MenuItem[] => [
    ...EXPORT_FORMATS.map((format) => ({
      id: `export-${format}`,
      ...EXPORT_FORMAT_LABELS[format],
      run: () => void page.exportSnapshot(format, redact),
    })),
    {
      id: "export-redact",
      title: "Hide secrets",
      note: "Passwords, tokens and keys in command lines are replaced",
      apart: true,
      checked: redact,
      run: () => setRedact(!redact),
    },
  ];
  return (
    <MenuButton label="Export" items={items} testId="export-button" className="button primary" disabled={!ready}>
      Export
      <MenuMark />
    </MenuButton>
  );
}
