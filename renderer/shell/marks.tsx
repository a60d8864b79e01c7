const DOWN = "M2 3.5 5 6.5 8 3.5";

/** Stands before a heading whose lines can be folded away. */
export function FoldMark({ folded }: { readonly folded: boolean }) {
  return (
    <svg className={`chevron${folded ? " closed" : ""}`} viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
      <path d={DOWN} fill="none" stroke="currentColor" strokeWidth="1.4" />
    </svg>
  );
}

/** Stands on a button that opens a menu. */
export function MenuMark() {
  return (
    <svg viewBox="0 0 10 10" width="9" height="9" aria-hidden="true">
      <path d={DOWN} fill="none" stroke="currentColor" strokeWidth="1.6" />
    </svg>
  );
}

/** Stands on a button that ends or clears something. */
export function CrossMark({ size = 9 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 10 10" width={size} height={size} aria-hidden="true">
      <path d="m1 1 8 8M9 1 1 9" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
    </svg>
  );
}
