/** What `/proc/PID/smaps_rollup` (proc_pid_smaps(5)) sums up, bytes; NaN where a line is missing. */
export interface MemoryRollup {
  readonly pssBytes: number;
  readonly privateCleanBytes: number;
  readonly privateDirtyBytes: number;
  readonly sharedCleanBytes: number;
  readonly sharedDirtyBytes: number;
  readonly anonymousBytes: number;
  readonly swapBytes: number;
}

/** Where memory lies, proportional shares in bytes. */
export interface MemoryPlaces {
  pythonHeapBytes: number;
  nativeHeapBytes: number;
  anonymousBytes: number;
  stackBytes: number;
  fileBytes: number;
  sharedBytes: number;
}

const KIBIBYTE = 1024;

/** Sums the lines of a name: `smaps_rollup` has each once, `smaps` once for each mapping. NaN when there is none. */
function sumOf(text: string, name: string): number {
  const start = `${name}:`;
  let sum = 0;
  let any = false;
  let at = text.startsWith(start) ? 0 : text.indexOf(`\n${start}`);
  while (at >= 0) {
    const from = at + (text.charCodeAt(at) === 10 ? 1 : 0) + start.length;
    const value = Number.parseInt(text.slice(from, from + 24), 10);
    if (Number.isFinite(value)) {
      sum += value;
      any = true;
    }
    at = text.indexOf(`\n${start}`, from);
  }
  return any ? sum * KIBIBYTE : Number.NaN;
}

/** Reads the text of `smaps_rollup`, or of `smaps` where a kernel before 4.14 has no other; null when it is neither. */
export function parseRollup(text: string): MemoryRollup | null {
  const pssBytes = sumOf(text, "Pss");
  if (Number.isNaN(pssBytes)) return null;
  return {
    pssBytes,
    privateCleanBytes: sumOf(text, "Private_Clean"),
    privateDirtyBytes: sumOf(text, "Private_Dirty"),
    sharedCleanBytes: sumOf(text, "Shared_Clean"),
    sharedDirtyBytes: sumOf(text, "Shared_Dirty"),
    anonymousBytes: sumOf(text, "Anonymous"),
    swapBytes: sumOf(text, "Swap"),
  };
}

const HEADER = /^([0-9a-f]{1,16})-([0-9a-f]{1,16}) (....) [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ (\d+)(?: +(.*))?$/;
/** glibc gives every further arena a heap of this size and alignment (`HEAP_MAX_SIZE`, malloc/arena.c). */
const MALLOC_HEAP_BYTES = 64 * 2 ** 20;
const LARGEST_STACK_BYTES = 1024 * 2 ** 20;

interface Header {
  readonly start: number;
  readonly end: number;
  readonly flags: string;
  readonly inode: string;
  readonly path: string;
}

function placeOf(header: Header, before: Header | null, arenaBytes: number): keyof MemoryPlaces {
  const { path, flags, start, end } = header;
  const size = end - start;
  if (/^\/(dev\/shm\/|memfd:|SYSV|dev\/zero)/.test(path) || path.startsWith("[anon_shmem")) return "sharedBytes";
  if (path === "[heap]" || path.startsWith("[anon:glibc")) return "nativeHeapBytes";
  if (path.startsWith("[stack")) return "stackBytes";
  if (/^\[anon:\s*(c?python|pymalloc)/i.test(path)) return "pythonHeapBytes";
  if (header.inode !== "0" || path.startsWith("/")) return "fileBytes";
  if (flags[3] === "s") return "sharedBytes";
  // A thread's stack follows a guard page that nobody may touch.
  const guarded = before !== null && before.end === start && before.flags.startsWith("---") && before.inode === "0";
  if (guarded && before.end - before.start <= 65_536 && size >= 65_536 && size <= LARGEST_STACK_BYTES)
    return "stackBytes";
  if (start % MALLOC_HEAP_BYTES === 0 && size <= MALLOC_HEAP_BYTES) return "nativeHeapBytes";
  // Neighbours of equal rights become one mapping, so arenas in a row are a multiple of one.
  if (flags.startsWith("rw") && size % arenaBytes === 0) return "pythonHeapBytes";
  return "anonymousBytes";
}

/** Splits the text of `/proc/PID/smaps` by where memory lies. `arenaBytes`: size of the arenas of Python's object allocator. */
export function parsePlaces(text: string, arenaBytes: number): MemoryPlaces {
  const places: MemoryPlaces = {
    pythonHeapBytes: 0,
    nativeHeapBytes: 0,
    anonymousBytes: 0,
    stackBytes: 0,
    fileBytes: 0,
    sharedBytes: 0,
  };
  let header: Header | null = null;
  let place: keyof MemoryPlaces = "anonymousBytes";
  let from = 0;
  while (from < text.length) {
    let to = text.indexOf("\n", from);
    if (to < 0) to = text.length;
    const first = text.charCodeAt(from);
    if (first === 0x50 && text.startsWith("Pss:", from)) {
      const value = Number.parseInt(text.slice(from + 4, to), 10);
      if (Number.isFinite(value)) places[place] += value * KIBIBYTE;
    } else if ((first >= 0x30 && first <= 0x39) || (first >= 0x61 && first <= 0x66)) {
      const match = HEADER.exec(text.slice(from, to));
      if (match !== null) {
        const next: Header = {
          start: Number.parseInt(match[1] ?? "", 16),
          end: Number.parseInt(match[2] ?? "", 16),
          flags: match[3] ?? "",
          inode: match[4] ?? "0",
          path: match[5] ?? "",
        };
        place = placeOf(next, header, arenaBytes);
        header = next;
      }
    }
    from = to + 1;
  }
  return places;
}
