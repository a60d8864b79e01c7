// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { TimeChart } from "./time-chart.tsx";

afterEach(cleanup);

function chart(moments: readonly number[], high: readonly number[]) {
  return (
    <TimeChart
      width={148}
      height={130}
      axisWidth={34}
      moments={moments}
      seconds={60}
      end="now"
      most={2}
      ticks={[0, 1, 2]}
      tickText={String}
      layers={[{ key: "one", high, low: null, fill: "red", stroke: "blue" }]}
      tip={(at) => <p>point {at}</p>}
    />
  );
}

describe("a chart over time", () => {
  it("keeps its elements with newer points: only the paths' data changes", async () => {
    const { container, rerender } = render(chart([-60, -30, 0], [1, 1, 2]));
    const before = [...container.querySelectorAll("*")];
    const data = () => [...container.querySelectorAll("g path")].map((path) => path.getAttribute("d"));
    const old = data();
    const changes: MutationRecord[] = [];
    const observer = new MutationObserver((records) => changes.push(...records));
    observer.observe(container, { subtree: true, childList: true, attributes: true, characterData: true });
    rerender(chart([-60, -32, -2, 0], [1, 1, 2, 0]));
    await Promise.resolve();
    observer.disconnect();
    expect([...container.querySelectorAll("*")]).toEqual(before);
    expect(data()).not.toEqual(old);
    expect(new Set(changes.map(({ type, attributeName }) => `${type} ${attributeName}`))).toEqual(
      new Set(["attributes d"]),
    );
  });

  it("tells of the point nearest to the pointer, inside its field", () => {
    const { container } = render(chart([-60, -30, 0], [1, 1, 2]));
    const field = container.querySelector("svg.chart-field")!;
    const tip = () => container.querySelector(".tip-place")?.textContent ?? null;
    expect(tip()).toBeNull();
    fireEvent.pointerMove(field, { clientX: 80, clientY: 20 });
    expect(tip()).toBe("point 1");
    fireEvent.pointerMove(field, { clientX: 133, clientY: 20 });
    expect(tip()).toBe("point 2");
    fireEvent.pointerMove(field, { clientX: 10, clientY: 20 });
    expect(tip()).toBeNull();
    fireEvent.pointerMove(field, { clientX: 80, clientY: 20 });
    fireEvent.pointerLeave(field);
    expect(tip()).toBeNull();
  });
});
