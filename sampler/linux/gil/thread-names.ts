import type { RuntimeLocation } from "./locate.ts";
import { readWord, type TargetMemory } from "./memory.ts";
import { objectLayoutOf } from "./object-offsets.ts";
import { ObjectReader } from "./object-reader.ts";
import { interpreterList } from "./walk.ts";

/**
 * Reads the names that a program gave its threads: `threading._active` maps the ids of running threads to `Thread` objects, whose
 * `_name` it is. Known for 3.8 to 3.15; the main interpreter's threads only.
 */
export class ThreadNames {
  readonly #memory: TargetMemory;
  readonly #location: RuntimeLocation;
  readonly #objects: ObjectReader | null;
  readonly #modulesOffset: number;
  /** Address of the dictionary `threading._active`, which lives as long as the module. */
  #active: number | null = null;

  constructor(memory: TargetMemory, location: RuntimeLocation) {
    const layout = objectLayoutOf(location.version, location.freeThreaded);
    this.#memory = memory;
    this.#location = location;
    this.#objects = layout === null ? null : new ObjectReader(memory, layout);
    this.#modulesOffset = layout?.interpreterModules ?? 0;
  }

  /** Name by `thread_id` (`pthread_t`); only names that two readings in a row agree on. Empty where names can't be read. */
  read(): ReadonlyMap<number, string> {
    const first = this.#once();
    const second = this.#once();
    const names = new Map<number, string>();
    for (const [id, name] of second) if (first.get(id) === name) names.set(id, name);
    return names;
  }

  #once(): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    const objects = this.#objects;
    this.#active ??= this.#findActive();
    if (objects === null || this.#active === null) return names;
    const entries = objects.entries(this.#active);
    if (entries === null) this.#active = null;
    for (const { key, value } of entries ?? []) {
      const id = objects.integer(key);
      const name = objects.attribute(value, "_name");
      const text = name === null ? null : objects.text(name);
      if (id !== null && text !== null) names.set(id, text);
    }
    return names;
  }

  #findActive(): number | null {
    const objects = this.#objects;
    const { layout, interpretersHead } = this.#location;
    const interpreters = interpreterList(this.#memory, interpretersHead, layout.interpreter);
    const main = typeof interpreters === "string" ? undefined : interpreters[interpreters.length - 1];
    const modules = main === undefined ? null : readWord(this.#memory, main + this.#modulesOffset);
    if (objects === null || modules === null) return null;
    const threading = objects.lookUp(modules, "threading");
    // PyModuleObject: its dictionary follows the object header.
    const globals = threading === null ? null : readWord(this.#memory, threading + 16);
    return globals === null ? null : objects.lookUp(globals, "_active");
  }
}
