import { memo, useCallback, useRef, useSyncExternalStore } from "react";
import { usePalette } from "../canvas/palette.ts";
import { type Draw, useDrawing } from "../canvas/use-drawing.ts";
import { usePage } from "../page/use-page.ts";

const SIZE = { width: 66, height: 18 };
/** CPU at the top of the picture, cores: a thread can use one. */
const TOP = 1.05;

/** CPU of one thread over the last minute, from nothing to a whole core. A canvas: cheaper to draw again than a path. */
export const ThreadTrend = memo(function ThreadTrend({ rowId }: { readonly rowId: number }) {
  const { lines } = usePage().threadLines;
  const subscribe = useCallback((listener: () => void) => lines.subscribe(rowId, listener), [lines, rowId]);
  const values = useSyncExternalStore(subscribe, () => lines.get(rowId));
  const palette = usePalette();
  const canvas = useRef<HTMLCanvasElement>(null);
  const draw = useCallback<Draw>(
    (context, { width, height }) => {
      context.fillStyle = palette.color("--line");
      context.fillRect(0, height - 1, width, 1);
      if (!values) return;
      context.fillStyle = palette.color("--state-run");
      const step = width / values.length;
      values.forEach((cores, index) => {
        if (!(cores > 0)) return;
        const tall = Math.max(1, (Math.min(TOP, cores) / TOP) * (height - 1));
        context.fillRect(index * step, height - 1 - tall, step - 0.5, tall);
      });
    },
    [values, palette],
  );
  useDrawing(canvas, SIZE, draw);
  return <canvas ref={canvas} className="thread-trend" aria-hidden="true" tabIndex={-1} />;
});
