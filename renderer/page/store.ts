/** A value with listeners: no framework, read by React through `useSyncExternalStore`. */
export interface Store<State> {
  get(): State;
  /** Replaces the given fields; listeners hear of it once, and only when a field changed. */
  set(patch: Partial<State>): void;
  subscribe(listener: () => void): () => void;
}

/** Makes a store that holds `initial`. */
export function createStore<State extends object>(initial: State): Store<State> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set(patch) {
      const keys = Object.keys(patch) as (keyof State)[];
      if (keys.every((key) => Object.is(state[key], patch[key]))) return;
      state = { ...state, ...patch };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
