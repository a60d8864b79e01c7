import { memo } from "react";
import type { StartMethod } from "../../core/frame/frame.ts";
import { countOf } from "../../words/count.ts";
import { START_METHOD_LABELS } from "../../words/labels.ts";
import { bytes, cores, NOT_KNOWN } from "../../words/number.ts";
import { sentence } from "../../words/sentences.ts";
import { usePage, usePageState } from "../page/use-page.ts";
import { FoldMark } from "../shell/marks.tsx";
import type { LinePlace } from "./runtime-row.tsx";

interface FamilyLineProps extends LinePlace {
  readonly familyId: string;
  readonly collapsed: boolean;
  readonly shown: number;
  /** Whether the keyboard stands on it. */
  readonly active: boolean;
}

/** Id of a family's line in the document. */
export const familyLineId = (familyId: string) => `family-${encodeURIComponent(familyId)}`;

function startText(startMethod: string | null): string | null {
  return startMethod === null ? null : (START_METHOD_LABELS[startMethod as StartMethod] ?? startMethod);
}

function memoryTitle(unread: number): string {
  const missing = unread === 0 ? "" : `, without ${countOf(unread, "member")} not read yet`;
  return `Memory of the family, shared pages counted once (PSS)${missing}`;
}

/** Heading over the runtimes of one family, with its totals. */
export const FamilyLine = memo(function FamilyLine({
  familyId,
  collapsed,
  shown,
  active,
  index,
  top,
  height,
}: FamilyLineProps) {
  const page = usePage();
  // The families of a frame are new objects each second; the text is what is compared.
  const cpu = usePageState(() => cores(page.list.families.get(familyId)?.cpuCores ?? null));
  const memory = usePageState(() => bytes(page.list.families.get(familyId)?.pssBytes ?? null));
  const told = usePageState(() => {
    const summary = page.list.families.get(familyId)?.summary;
    return summary === null || summary === undefined ? "" : sentence(summary);
  });
  const family = page.list.families.get(familyId);
  if (!family) return null;
  const how = [family.kind === "tree" || family.kind === "single" ? null : family.kind, startText(family.startMethod)]
    .filter(Boolean)
    .join(", ");
  return (
    <div
      id={familyLineId(familyId)}
      role="row"
      aria-rowindex={index + 1}
      aria-level={1}
      aria-expanded={!collapsed}
      data-testid="family-row"
      data-family-id={familyId}
      className={`line family-line${active ? " active" : ""}`}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={() => page.toggleFamily(familyId)}
    >
      <span role="gridcell" className="family-name">
        <FoldMark folded={collapsed} />
        <span className="family-title" title={told === "" ? family.name : `${family.name}. ${told}`}>
          {family.name}
        </span>
        <span className="family-kind">
          {how ? `${how} · ` : ""}
          {shown} runtimes
        </span>
      </span>
      <span role="gridcell" className="family-figures">
        {memory === NOT_KNOWN ? null : (
          <span className="family-memory" title={memoryTitle(family.unreadMembers)}>
            {memory}
          </span>
        )}
        <span className="family-figure" title="Cores used by the family">
          {cpu}
        </span>
      </span>
    </div>
  );
});
