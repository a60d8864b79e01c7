import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { TimeRange } from "../../core/page/protocol.ts";
import { clock } from "../../words/clock.ts";
import { eventText } from "../../words/event-text.ts";
import { cores } from "../../words/number.ts";
import { usePalette } from "../canvas/palette.ts";
import { type Draw, useDrawing } from "../canvas/use-drawing.ts";
import { useSize } from "../charts/use-size.ts";
import { usePage, usePageState, useStore } from "../page/use-page.ts";
import { clustersOf, type DrawnRange, drawStrip, type Strip } from "./strip-drawing.ts";
import { cursorOf, dragged, type Grip, gripAt, isClick } from "./strip-gesture.ts";
import { stripKey } from "./strip-keys.ts";
import type { Comparison } from "./time-control.ts";
import { spanOnScreen, toMs } from "./time-scale.ts";

/** While dragging, everything else follows this often, milliseconds. */
const FOLLOW_MS = 250;
/** How near an event the pointer must be for its text, pixels. */
const NEAR_PIXELS = 7;
/** Events told of at once under the pointer. */
const MOST_TOLD = 4;
const WHEEL_ZOOM = 1.0016;

interface Drag {
  readonly grip: Grip;
  readonly startX: number;
  followedAt: number;
  moved: boolean;
}

function rangesOf(range: TimeRange | null, comparison: Comparison | null, source: string): readonly DrawnRange[] {
  const own: DrawnRange[] = [];
  for (const [place, letter] of [
    [comparison?.before, "A"],
    [comparison?.after, "B"],
  ] as const) {
    if (place && place.source === source) own.push({ ...place, letter });
  }
  const shown = own.some((one) => one.fromWallMs === range?.fromWallMs && one.toWallMs === range.toWallMs);
  return range && !shown ? [...own, { ...range, letter: null }] : own;
}

/** The strip of time: what the machine did, and where in time the page is. */
export function TimeStrip() {
  const page = usePage();
  const { time } = page;
  const palette = usePalette();
  const line = useStore(time.store, (state) => state.line);
  const events = useStore(time.store, (state) => state.events);
  const zoom = useStore(time.store, (state) => state.zoom);
  const comparison = useStore(time.store, (state) => state.comparison);
  const source = usePageState((state) => state.source);
  const range = usePageState((state) => state.range);
  const fixedAtMs = usePageState((state) =>
    state.range === null && (state.pausedAtMs !== null || state.file !== null) ? (state.view?.wallMs ?? null) : null,
  );
  const [box, size] = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<Drag | null>(null);
  const [draft, setDraft] = useState<TimeRange | null>(null);
  const [pointerX, setPointerX] = useState<number | null>(null);
  const live = usePageState((state) => state.file === null);
  const span = useMemo(() => line && spanOnScreen(line, zoom, live), [line, zoom, live]);
  const shown = draft ?? range;

  const draw = useCallback<Draw>(
    (context, area) => {
      if (!line || !span) return;
      const ranges = rangesOf(shown, comparison, source);
      drawStrip(context, area, { line, events, span, ranges, atMs: draft ? null : fixedAtMs }, palette);
    },
    [line, events, span, shown, draft, fixedAtMs, comparison, source, palette],
  );
  useDrawing(canvas, size, draw);

  // React listens to the wheel passively, and the page must not scroll under a zoom.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      const now = time.span();
      if (!now) return;
      event.preventDefault();
      const { left, width } = element.getBoundingClientRect();
      const length = now.toMs - now.fromMs;
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (sideways !== 0) time.pan((sideways / width) * length);
      else time.zoom(WHEEL_ZOOM ** event.deltaY, toMs(event.clientX - left, now, width));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [box, time]);

  const xOf = (event: ReactPointerEvent) => event.clientX - event.currentTarget.getBoundingClientRect().left;

  const onPointerDown = (event: ReactPointerEvent<HTMLDivElement>) => {
    if (event.button !== 0 || !span || !size) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = {
      grip: gripAt(xOf(event), span, size.width, range),
      startX: xOf(event),
      followedAt: 0,
      moved: false,
    };
  };

  const onPointerMove = (event: ReactPointerEvent<HTMLDivElement>) => {
    const whole = time.whole();
    if (!span || !size || !whole) return;
    const x = xOf(event);
    setPointerX(x);
    const held = drag.current;
    if (!held) {
      event.currentTarget.style.cursor = cursorOf(gripAt(x, span, size.width, range));
      return;
    }
    held.moved ||= !isClick(x - held.startX);
    if (!held.moved) return;
    const next = dragged(held.grip, toMs(x, span, size.width), whole);
    setDraft(next);
    if (event.timeStamp - held.followedAt < FOLLOW_MS) return;
    held.followedAt = event.timeStamp;
    page.selectRange(next);
  };

  const onPointerUp = (event: ReactPointerEvent<HTMLDivElement>) => {
    const held = drag.current;
    const whole = time.whole();
    drag.current = null;
    setDraft(null);
    if (!held || !span || !size || !whole) return;
    const at = toMs(xOf(event), span, size.width);
    if (held.moved) page.selectRange(dragged(held.grip, at, whole));
    else page.seek(Math.max(whole.fromMs, Math.min(whole.toMs, at)));
  };

  const atMs = range?.toWallMs ?? fixedAtMs ?? line?.lastWallMs ?? 0;
  const firstMs = line?.firstWallMs ?? 0;
  return (
    <div
      ref={box}
      className="time-strip"
      role="slider"
      tabIndex={0}
      aria-label="Time shown"
      aria-valuemin={0}
      aria-valuemax={line ? Math.round((line.lastWallMs - firstMs) / 1000) : 0}
      aria-valuenow={Math.max(0, Math.round((atMs - firstMs) / 1000))}
      aria-valuetext={range ? `${clock(range.fromWallMs)} to ${clock(range.toWallMs)}` : clock(atMs)}
      data-testid="time-slider"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        drag.current = null;
        setDraft(null);
      }}
      onPointerLeave={() => setPointerX(null)}
      onDoubleClick={() => time.zoomTo(null)}
      onKeyDown={(event) => {
        if (!stripKey(page, event)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <canvas ref={canvas} />
      {line && span && size && pointerX !== null ? (
        <StripTip
          strip={{ line, events, span, ranges: shown ? [{ ...shown, letter: null }] : [], atMs: null }}
          x={pointerX}
          width={size.width}
          dragging={draft !== null}
        />
      ) : null}
    </div>
  );
}

interface StripTipProps {
  readonly strip: Strip;
  readonly x: number;
  readonly width: number;
  readonly dragging: boolean;
}

/** What is under the pointer, in words. */
function StripTip({ strip, x, width, dragging }: StripTipProps) {
  const { line, span, events } = strip;
  const at = toMs(x, span, width);
  const step = line.wallMs.findIndex((to) => to >= at);
  const near = clustersOf(events, span, width)
    .filter((cluster) => Math.abs(cluster.x - x) <= NEAR_PIXELS)
    .flatMap((cluster) => cluster.events);
  const inside = at >= line.firstWallMs && step >= 0;
  const range = strip.ranges[0];
  return (
    <div
      className="time-tip tip"
      style={{ left: Math.max(4, Math.min(width - 4, x)) }}
      data-side={x > width / 2 ? "left" : "right"}
    >
      <div className="tip-head">
        <b>{dragging && range ? `${clock(range.fromWallMs)} – ${clock(range.toWallMs)}` : clock(at)}</b>
        {dragging && range ? <span>{Math.round((range.toWallMs - range.fromWallMs) / 1000)} s</span> : null}
      </div>
      {inside ? (
        <div className="tip-line">
          {cores(line.busyCores[step] ?? null)} cores busy
          {(line.lostCores[step] ?? 0) >= 0.05 ? `, ${cores(line.lostCores[step] ?? null)} lost to the GIL` : ""}
        </div>
      ) : (
        <div className="tip-line tip-more">nothing held</div>
      )}
      {near.slice(0, MOST_TOLD).map((event) => (
        <div key={event.id} className="tip-line">
          {eventText(event)}
        </div>
      ))}
      {near.length > MOST_TOLD ? <div className="tip-more">and {near.length - MOST_TOLD} more</div> : null}
    </div>
  );
}
