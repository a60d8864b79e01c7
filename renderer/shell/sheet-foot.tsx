import type { ReactNode } from "react";

/** Last line of a dialog: what can be done on its right, something quieter on its left. */
export function SheetFoot({ left = <span />, children }: { readonly left?: ReactNode; readonly children: ReactNode }) {
  return (
    <p className="help-foot">
      {left}
      <span className="foot-buttons">{children}</span>
    </p>
  );
}

/** Closes a dialog in which nothing is left undone. */
export function CloseButton({ onClose }: { readonly onClose: () => void }) {
  return (
    <button type="button" className="button" onClick={onClose}>
      Close
    </button>
  );
}
