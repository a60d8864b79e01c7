import type { FamilyMemberView } from "../../core/frame/view.ts";
import { type Reading, valueOrNull } from "../../core/sample/reading.ts";
import { ROLE_LABELS, VERDICT_LABELS } from "../../words/labels.ts";
import { bytes, cores, duration, NOT_KNOWN } from "../../words/number.ts";
import { absentSentence } from "../../words/obstacle.ts";
import { usePage } from "../page/use-page.ts";
import { VerdictMark } from "../shell/verdict-mark.tsx";

function Figure({ reading }: { readonly reading: Reading }) {
  return reading.known ? (
    <td className="number">{bytes(reading.value)}</td>
  ) : (
    <td className="number" title={absentSentence(reading.reason)}>
      {NOT_KNOWN}
    </td>
  );
}

function stillShared({ memory: { copyOnWrite } }: FamilyMemberView): string {
  return copyOnWrite === null ? "" : `${bytes(copyOnWrite.sharedBytes)} of ${bytes(copyOnWrite.anonymousBytes)}`;
}

function unsharing({ memory: { copyOnWrite } }: FamilyMemberView): string {
  const rate = copyOnWrite === null ? null : valueOrNull(copyOnWrite.unsharedBytesPerSecond);
  return rate === null ? "" : `${bytes(rate * 60)}/min`;
}

/** Most CPU first: who does the work stands at the top. */
function byWork(a: FamilyMemberView, b: FamilyMemberView): number {
  const order = { parent: 0, worker: 1, helper: 2 } as const;
  return order[a.role] - order[b.role] || a.rowId - b.rowId;
}

/** The members of a family with what each of them uses. */
export function MembersTable({
  members,
  selectedRowId,
}: {
  readonly members: readonly FamilyMemberView[];
  readonly selectedRowId: number;
}) {
  const page = usePage();
  const forked = members.some(({ memory }) => memory.copyOnWrite !== null);
  return (
    <div className="table-scroll">
      <table className="plain-table" data-testid="members-table">
        <caption>Members of the family</caption>
        <thead>
          <tr>
            <th scope="col">Runtime</th>
            <th scope="col">Role</th>
            <th scope="col">Verdict</th>
            <th scope="col" className="number">
              CPU, cores
            </th>
            <th scope="col" className="number" title="Its pages, shared ones divided by who shares them (PSS)">
              Memory
            </th>
            <th scope="col" className="number" title="Pages nobody else maps (USS)">
              Own
            </th>
            {forked ? (
              <>
                <th
                  scope="col"
                  className="number"
                  title="Of its memory without files, what it still shares since the fork"
                >
                  Still shared
                </th>
                <th scope="col" className="number" title="How fast shared pages become its own">
                  Un-shares
                </th>
              </>
            ) : null}
            <th scope="col" className="number" title="How long ago its memory was read">
              Read
            </th>
          </tr>
        </thead>
        <tbody>
          {[...members].sort(byWork).map((member) => (
            <tr key={member.rowId} className={member.rowId === selectedRowId ? "selected" : undefined}>
              <th scope="row">
                <button type="button" className="link" onClick={() => page.select(member.rowId)}>
                  {member.name}
                </button>{" "}
                <span className="dim mono">{member.pid}</span>
              </th>
              <td>{ROLE_LABELS[member.role]}</td>
              <td className={`v-${member.verdict}`}>
                <VerdictMark id={member.verdict} /> {VERDICT_LABELS[member.verdict]}
              </td>
              <td className="number">{cores(member.cpuCores)}</td>
              <Figure reading={member.memory.pssBytes} />
              <Figure reading={member.memory.ussBytes} />
              {forked ? (
                <>
                  <td className="number">{stillShared(member)}</td>
                  <td className="number">{unsharing(member)}</td>
                </>
              ) : null}
              <td className="number dim">
                {member.memory.ageSeconds.known ? `${duration(member.memory.ageSeconds.value)} ago` : NOT_KNOWN}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
