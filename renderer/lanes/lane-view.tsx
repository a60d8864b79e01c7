import {
  type KeyboardEvent,
  type PointerEvent as ReactPointerEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { usePalette } from "../canvas/palette.ts";
import { surfaceOf } from "../canvas/use-drawing.ts";
import { useSize } from "../charts/use-size.ts";
import { usePage, usePageState, useStore } from "../page/use-page.ts";
import { AXIS, drawLanes, GUTTER, type Kept } from "./lane-drawing.ts";
import { LaneField } from "./lane-field.ts";
import { inksOf } from "./lane-inks.ts";
import { type Lane, stretchAt } from "./lane-model.ts";
import { LaneTip, type Spot, stretchText } from "./lane-tip.tsx";
import {
  endingAt,
  endsOf,
  FIRST_WINDOW,
  type LaneWindow,
  laneHeight,
  movedByKey,
  panned,
  zoomedAround,
} from "./lane-window.ts";

const MOST_HEIGHT = 440;
const WHEEL_ZOOM = 1.002;

interface LaneViewProps {
  /** Names of the threads by row id, and where each was in Python last. */
  readonly names: ReadonlyMap<number, string>;
  readonly functions: ReadonlyMap<number, string>;
  readonly onWindow: (window: LaneWindow) => void;
}

/** The lanes on a canvas, with everything one can do to them. */
export function LaneView({ names, functions, onWindow }: LaneViewProps) {
  const page = usePage();
  const { lanes: control } = page;
  const followedRowId = usePageState((state) => state.followedRowId);
  const range = usePageState((state) => state.range);
  const palette = usePalette();
  const inks = useMemo(() => inksOf(palette), [palette]);
  const [box, size] = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pen = useRef<OffscreenCanvasRenderingContext2D | null>(null);
  const kept = useRef<Kept | null>(null);
  const window_ = useRef<LaneWindow>(FIRST_WINDOW);
  const spot = useRef<Spot | null>(null);
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const frame = useRef(0);
  const drawing = useRef<() => void>(() => undefined);
  const [tip, setTip] = useState<{ readonly x: number; readonly y: number; readonly spot: Spot } | null>(null);
  const [said, setSaid] = useState("");
  const [activeRowId, setActiveRowId] = useState<number | null>(null);
  const count = useStore(control.store, () => control.model().lanes.length);
  // Ten times a second is too often to make elements anew; only what is said at the pointer moves with the lanes.
  useStore(control.store, (state) => (tip === null ? 0 : state.version));
  const height = Math.max(60, Math.min(MOST_HEIGHT, count * laneHeight(count))) + AXIS;

  const draw = useCallback(() => {
    frame.current = 0;
    if (!inks) return;
    const current = control.model();
    pen.current ??= canvas.current?.transferControlToOffscreen().getContext("2d", { alpha: false }) ?? null;
    const surface = surfaceOf(pen.current, size);
    if (!surface || !size || !Number.isFinite(current.toMs)) return;
    const picture = {
      lanes: current.lanes,
      names,
      window: window_.current,
      extent: current,
      followedRowId,
      activeRowId,
      cursorMs: spot.current?.atMs ?? null,
    };
    kept.current ??= { field: new LaneField(), around: [] };
    drawLanes(surface.context, size, surface.scale, picture, palette, inks, kept.current, surface.isBlank);
  }, [inks, size, names, followedRowId, activeRowId, palette, control]);

  /** Draws with the next frame, however often it is asked for until then. */
  const invalidate = useCallback(() => {
    if (frame.current === 0) frame.current = requestAnimationFrame(() => drawing.current());
  }, []);

  useLayoutEffect(() => {
    drawing.current = draw;
    draw();
  }, [draw]);
  useEffect(() => control.store.subscribe(() => drawing.current()), [control]);
  useEffect(
    () => () => {
      cancelAnimationFrame(frame.current);
      frame.current = 0;
    },
    [],
  );

  // Opened by a key, the lanes may lie below the part of the pane in sight.
  useEffect(() => {
    box.current?.scrollIntoView({ block: "nearest" });
  }, [box]);

  const look = useCallback(
    (next: LaneWindow) => {
      if (next === window_.current) return;
      window_.current = next;
      const follows = next.endMs === null;
      if (follows !== control.store.get().following) control.setFollowing(follows);
      onWindow(next);
      invalidate();
    },
    [control, invalidate, onWindow],
  );

  const following = useStore(control.store, (state) => state.following);
  useEffect(() => {
    if (following && window_.current.endMs !== null) look({ ...window_.current, endMs: null });
  }, [following, look]);

  // A range chosen on the time line is shown here too, as far as lanes reach back.
  useEffect(() => {
    if (!range) return;
    const current = control.model();
    const fromMs = range.fromWallMs - current.wallOffsetMs;
    const toMs = range.toWallMs - current.wallOffsetMs;
    if (toMs < current.fromMs || fromMs > current.toMs) return;
    look(endingAt({ ...window_.current, spanMs: Math.max(2, toMs - fromMs) }, toMs, current));
  }, [range, control, look]);

  const scrolledTo = useCallback(
    (scrolled: number): LaneWindow => {
      const lanes = control.model().lanes.length;
      const most = Math.max(0, lanes * laneHeight(lanes) - ((size?.height ?? 0) - AXIS));
      return { ...window_.current, scrolled: Math.max(0, Math.min(most, scrolled)) };
    },
    [control, size],
  );

  useEffect(() => {
    const element = box.current;
    if (!element || !size) return;
    const onWheel = (event: WheelEvent) => {
      // The page scrolls under the pointer until somebody turned to the lanes.
      if (!event.ctrlKey && !element.contains(document.activeElement)) return;
      event.preventDefault();
      const current = control.model();
      const { fromMs, toMs } = endsOf(window_.current, current);
      const perPixel = (toMs - fromMs) / (size.width - GUTTER);
      const sideways = event.shiftKey && !event.ctrlKey ? event.deltaY || event.deltaX : event.deltaX;
      if (event.altKey) look(scrolledTo(window_.current.scrolled + event.deltaY));
      else if (sideways !== 0) look(panned(window_.current, sideways * perPixel, current));
      else {
        const x = event.clientX - element.getBoundingClientRect().left - GUTTER;
        look(zoomedAround(window_.current, WHEEL_ZOOM ** event.deltaY, fromMs + Math.max(0, x) * perPixel, current));
      }
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [box, size, control, look, scrolledTo]);

  const spotAt = (x: number, y: number): Spot | null => {
    if (!size || y > size.height - AXIS) return null;
    const current = control.model();
    const lane = current.lanes[Math.floor((y + window_.current.scrolled) / laneHeight(current.lanes.length))];
    if (!lane) return null;
    const { fromMs, toMs } = endsOf(window_.current, current);
    return { lane, atMs: fromMs + (Math.max(0, x - GUTTER) / (size.width - GUTTER)) * (toMs - fromMs) };
  };

  const onPointerMove = (event: ReactPointerEvent<HTMLDivElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - left;
    const y = event.clientY - top;
    const held = drag.current;
    if (held && size) {
      const current = control.model();
      const { fromMs, toMs } = endsOf(window_.current, current);
      held.moved ||= Math.abs(x - held.x) + Math.abs(y - held.y) > 4;
      if (held.moved) {
        const moved = panned(window_.current, ((held.x - x) / (size.width - GUTTER)) * (toMs - fromMs), current);
        const scrolled = scrolledTo(window_.current.scrolled + held.y - y).scrolled;
        look({ ...moved, scrolled });
        drag.current = { x, y, moved: true };
      }
    }
    const under = drag.current?.moved || x < GUTTER ? null : spotAt(x, y);
    spot.current = under;
    setTip(under && { x, y, spot: under });
    invalidate();
  };

  const goTo = (index: number) => {
    const current = control.model();
    const lane = current.lanes[Math.max(0, Math.min(current.lanes.length - 1, index))];
    if (!lane) return;
    setActiveRowId(lane.rowId);
    const each = laneHeight(current.lanes.length);
    const top = current.lanes.indexOf(lane) * each;
    const room = (size?.height ?? 0) - AXIS;
    const { scrolled } = window_.current;
    if (top < scrolled) look(scrolledTo(top));
    else if (top + each > scrolled + room) look(scrolledTo(top + each - room));
    say(lane, spot.current?.atMs ?? endsOf(window_.current, current).toMs);
  };

  const say = (lane: Lane, atMs: number) => {
    const text = stretchText({ lane, atMs }, control.model());
    const name = names.get(lane.rowId) ?? `tid ${lane.tid}`;
    setSaid(text ? `${name} ${text.show} ${text.length}` : name);
  };

  /** Goes to the beginning of the next or previous stretch of the lane the keyboard stands on. */
  const step = (direction: 1 | -1) => {
    const current = control.model();
    const lane = current.lanes.find(({ rowId }) => rowId === activeRowId) ?? current.lanes[0];
    if (!lane) return;
    setActiveRowId(lane.rowId);
    const { fromMs, toMs } = endsOf(window_.current, current);
    const from = spot.current?.lane === lane ? spot.current.atMs : direction > 0 ? fromMs : toMs;
    const index = stretchAt(lane, from) + direction;
    const atMs = lane.startMs[index];
    if (atMs === undefined) return;
    spot.current = { lane, atMs };
    if (atMs < fromMs || atMs > toMs) look(endingAt(window_.current, atMs + window_.current.spanMs / 2, current));
    else if (window_.current.endMs === null) look({ ...window_.current, endMs: toMs });
    invalidate();
    say(lane, atMs);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const current = control.model();
    const now = window_.current;
    const { fromMs, toMs } = endsOf(now, current);
    const middle = spot.current?.atMs ?? (now.endMs === null ? toMs : (fromMs + toMs) / 2);
    const at = current.lanes.findIndex(({ rowId }) => rowId === activeRowId);
    const moved = movedByKey(event.key, now, current, middle);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (moved !== null) look(moved);
    else if (event.key === "ArrowUp") goTo(at < 0 ? 0 : at - 1);
    else if (event.key === "ArrowDown") goTo(at < 0 ? 0 : at + 1);
    else if (event.key === ",") step(-1);
    else if (event.key === ".") step(1);
    else if (event.key === "Enter" && activeRowId !== null) {
      page.follow(activeRowId === followedRowId ? null : activeRowId);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="lane-box">
      <div
        ref={box}
        className="lane-view"
        style={{ height }}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys and the wheel
        tabIndex={0}
        aria-label={`Lanes of ${count} threads: who has the GIL and who waits for it. Arrow keys move, plus and minus zoom, comma and full stop go from one hand-over to the next.`}
        data-testid="lane-view"
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          const { left, top } = event.currentTarget.getBoundingClientRect();
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX - left, y: event.clientY - top, moved: false };
        }}
        onPointerMove={onPointerMove}
        onPointerUp={(event) => {
          const held = drag.current;
          drag.current = null;
          if (!held || held.moved) return;
          const { left, top } = event.currentTarget.getBoundingClientRect();
          const under = spotAt(event.clientX - left, event.clientY - top);
          if (under) page.follow(under.lane.rowId === followedRowId ? null : under.lane.rowId);
        }}
        onPointerLeave={() => {
          spot.current = null;
          setTip(null);
          invalidate();
        }}
      >
        <canvas ref={canvas} />
        {tip && size ? (
          <LaneTip {...tip} width={size.width} names={names} functions={functions} model={control.model()} />
        ) : null}
      </div>
      <output className="hidden" aria-live="polite">
        {said}
      </output>
    </div>
  );
}
