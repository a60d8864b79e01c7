import { describe, expect, it, vi } from "vitest";
import { createKeyedStore } from "./keyed-store.ts";
import { createStore } from "./store.ts";

describe("the keyed store", () => {
  it("wakes only the keys whose value changed", () => {
    const store = createKeyedStore<number>(Object.is);
    const one = vi.fn();
    const two = vi.fn();
    store.subscribe(1, one);
    const leave = store.subscribe(2, two);
    store.replace([
      [1, 10],
      [2, 20],
    ]);
    store.replace([
      [1, 10],
      [2, 21],
    ]);
    expect([one.mock.calls.length, two.mock.calls.length]).toEqual([1, 2]);
    store.replace([[1, 10]]);
    expect(two).toHaveBeenCalledTimes(3);
    expect(store.get(2)).toBeUndefined();
    leave();
    store.merge([[2, 30]]);
    expect(two).toHaveBeenCalledTimes(3);
    expect([...store.keys()]).toEqual([1, 2]);
  });
});

describe("the store", () => {
  it("keeps its state and stays silent when nothing changed", () => {
    const store = createStore({ a: 1, b: 2 });
    const listener = vi.fn();
    store.subscribe(listener);
    const before = store.get();
    store.set({ a: 1 });
    expect(store.get()).toBe(before);
    store.set({ a: 3 });
    expect(store.get()).toEqual({ a: 3, b: 2 });
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
