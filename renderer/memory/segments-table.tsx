import type { SharedMemoryFrame, SharedSegmentFrame } from "../../core/memory/shared-memory.ts";
import type { SharedSegmentKind } from "../../core/sample/memory-sample.ts";
import { bytes, duration } from "../../words/number.ts";
import { absentSentence } from "../../words/obstacle.ts";

const KIND_LABELS: Readonly<Record<SharedSegmentKind, string>> = {
  shared_memory: "multiprocessing.shared_memory",
  multiprocessing: "multiprocessing heap",
  joblib: "joblib memory map",
  memfd: "memory file",
  posix: "POSIX shared memory",
};

function State({ segment }: { readonly segment: SharedSegmentFrame }) {
  if (segment.orphaned === true) {
    return (
      <span
        className="left-behind"
        title="No process maps it any more; it takes memory until somebody removes its file."
      >
        left behind
      </span>
    );
  }
  if (segment.orphaned === null) {
    return (
      <span className="dim" title={absentSentence(segment.orphanedReason ?? "not-yet")}>
        nobody seen
      </span>
    );
  }
  return <>{segment.pids.length === 1 ? "1 process" : `${segment.pids.length} processes`}</>;
}

/** Shared memory that the family maps, and what was left behind on this machine. */
export function SegmentsTable({ sharedMemory }: { readonly sharedMemory: SharedMemoryFrame }) {
  const { segments, reason, ageSeconds } = sharedMemory;
  if (segments.length === 0) {
    return (
      <p className="dim">
        {reason === null ? "It maps no shared memory." : `Shared memory is not known: ${absentSentence(reason)}`}
      </p>
    );
  }
  return (
    <div className="table-scroll">
      <table className="plain-table" data-testid="segments-table">
        <caption>
          Shared memory, each piece once{" "}
          {ageSeconds === null ? null : <span className="dim">· looked at {duration(ageSeconds)} ago</span>}
        </caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Made by</th>
            <th scope="col" className="number">
              Size
            </th>
            <th scope="col" className="number" title="What it takes in memory">
              In use
            </th>
            <th scope="col" className="number">
              Changed
            </th>
            <th scope="col">Mapped by</th>
          </tr>
        </thead>
        <tbody>
          {segments.map((segment) => (
            <tr key={segment.name}>
              <th scope="row" className="mono" title={segment.name}>
                {segment.name.replace(/^\/dev\/shm\//, "")}
              </th>
              <td>{KIND_LABELS[segment.kind]}</td>
              <td className="number">{bytes(segment.sizeBytes)}</td>
              <td className="number">{bytes(segment.allocatedBytes)}</td>
              <td className="number dim">{segment.ageSeconds === null ? "" : `${duration(segment.ageSeconds)} ago`}</td>
              <td title={segment.pids.join(", ")}>
                <State segment={segment} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
