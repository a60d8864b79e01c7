import type { VerdictId } from "../../core/verdict/verdict.ts";

/** Shapes on a 12 × 12 field: every verdict can be told without colour. */
function Shape({ id }: { readonly id: VerdictId }) {
  switch (id) {
    case "gil-bound":
      return <path d="M6 .8 11.6 11H.4Z" fill="currentColor" />;
    case "lock-bound":
      return <path d="M6 .6 11.4 6 6 11.4.6 6Z" fill="currentColor" />;
    case "cpu-starved":
      return <path d="M.4 1h11.2L6 11.2Z" fill="currentColor" />;
    case "oversubscribed":
      return <path d="M6 .4 11 5.4H1ZM6 6 11 11H1Z" fill="currentColor" />;
    case "quota-limited":
      return (
        <>
          <circle cx="6" cy="6" r="5.4" fill="currentColor" />
          <rect x="2.6" y="4.9" width="6.8" height="2.2" rx=".6" fill="var(--panel)" />
        </>
      );
    case "parallel":
      return <path d="M.8 7.4h2.6V11H.8ZM4.7 4.2h2.6V11H4.7ZM8.6 1h2.6v10H8.6Z" fill="currentColor" />;
    case "single-threaded":
      return <path d="M4.4 1h3.2v10H4.4Z" fill="currentColor" />;
    case "io-bound":
      return (
        <>
          <circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.6" />
          <circle cx="6" cy="6" r="1.9" fill="currentColor" />
        </>
      );
    case "idle":
      return <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" />;
    case "undetermined":
      return (
        <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.3 2.3" />
      );
  }
}

/** A verdict's mark: shape and colour together. Decoration: its name stands beside it in words. */
export function VerdictMark({ id }: { readonly id: VerdictId }) {
  return (
    <svg className={`mark v-${id}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <Shape id={id} />
    </svg>
  );
}
