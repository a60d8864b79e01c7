/** One line of `/proc/PID/maps` (proc_pid_maps(5)). Addresses and offsets in bytes. */
export interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  readonly shared: boolean;
  readonly fileOffset: number;
  /** `major:minor` in hexadecimal, as the line shows it. */
  readonly device: string;
  readonly inode: number;
  /** File name without the mark of a deleted file, `[heap]` and the like, or empty for anonymous memory. */
  readonly path: string;
  readonly deleted: boolean;
}

const LINE =
  /^([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([r-])([w-])([x-])([sp]) ([0-9a-f]{1,16}) ([0-9a-f]+:[0-9a-f]+) (\d{1,20})(?: +(.*))?$/;
const DELETED = " (deleted)";
const MAX_LINES = 1 << 18;

/**
 * Parses the text of `/proc/PID/maps`. The kernel writes a newline in a file name as `\012`, so a line is always one mapping;
 * lines that do not parse, and addresses from 2^52 on (`[vsyscall]`), are left out.
 */
export function parseMaps(text: string): readonly Mapping[] {
  const mappings: Mapping[] = [];
  let from = 0;
  for (let line = 0; line < MAX_LINES && from < text.length; line += 1) {
    const newline = text.indexOf("\n", from);
    const to = newline < 0 ? text.length : newline;
    const mapping = parseLine(text.slice(from, to));
    if (mapping !== null) mappings.push(mapping);
    from = to + 1;
  }
  return mappings;
}

/** The mapping that holds an address, or null. `mappings` are in ascending order, as the kernel lists them. */
export function mappingAt(mappings: readonly Mapping[], address: number): Mapping | null {
  let low = 0;
  let high = mappings.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const mapping = mappings[middle];
    if (mapping === undefined) return null;
    if (address < mapping.start) high = middle - 1;
    else if (address >= mapping.end) low = middle + 1;
    else return mapping;
  }
  return null;
}

function parseLine(line: string): Mapping | null {
  const match = LINE.exec(line);
  if (match === null) return null;
  const start = Number.parseInt(match[1] ?? "", 16);
  const end = Number.parseInt(match[2] ?? "", 16);
  const fileOffset = Number.parseInt(match[7] ?? "", 16);
  if (!(end < 2 ** 52) || !(start < end) || !Number.isSafeInteger(fileOffset)) return null;
  const name = match[10] ?? "";
  const deleted = name.endsWith(DELETED);
  return {
    start,
    end,
    readable: match[3] === "r",
    writable: match[4] === "w",
    executable: match[5] === "x",
    shared: match[6] === "s",
    fileOffset,
    device: match[8] ?? "",
    inode: Number(match[9]),
    path: (deleted ? name.slice(0, -DELETED.length) : name).replaceAll("\\012", "\n"),
    deleted,
  };
}
