/** Values by row key, each with its own listeners, so that a row is drawn again only when its own value changed. */
export interface KeyedStore<Value> {
  get(key: number): Value | undefined;
  keys(): IterableIterator<number>;
  readonly size: number;
  /** Takes over a whole new set of values. A value equal to the one held keeps its old identity and wakes nobody. */
  replace(values: Iterable<readonly [number, Value]>): void;
  /** Takes over some values and keeps the others. */
  merge(values: Iterable<readonly [number, Value]>): void;
  subscribe(key: number, listener: () => void): () => void;
}

/** Makes an empty keyed store; `equal` says whether two values would look the same. */
export function createKeyedStore<Value>(equal: (left: Value, right: Value) => boolean): KeyedStore<Value> {
  let held = new Map<number, Value>();
  const listeners = new Map<number, Set<() => void>>();

  const wake = (keys: Iterable<number>) => {
    for (const key of keys) {
      const waiting = listeners.get(key);
      if (waiting) for (const listener of [...waiting]) listener();
    }
  };

  const take = (next: Map<number, Value>, values: Iterable<readonly [number, Value]>, changed: number[]) => {
    for (const [key, value] of values) {
      const old = held.get(key);
      if (old !== undefined && equal(old, value)) {
        next.set(key, old);
      } else {
        next.set(key, value);
        changed.push(key);
      }
    }
  };

  return {
    get: (key) => held.get(key),
    keys: () => held.keys(),
    get size() {
      return held.size;
    },
    replace(values) {
      const next = new Map<number, Value>();
      const changed: number[] = [];
      take(next, values, changed);
      for (const key of held.keys()) if (!next.has(key)) changed.push(key);
      held = next;
      wake(changed);
    },
    merge(values) {
      const next = new Map(held);
      const changed: number[] = [];
      take(next, values, changed);
      held = next;
      wake(changed);
    },
    subscribe(key, listener) {
      const set = listeners.get(key) ?? new Set();
      set.add(listener);
      listeners.set(key, set);
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(key) === set) listeners.delete(key);
      };
    },
  };
}
