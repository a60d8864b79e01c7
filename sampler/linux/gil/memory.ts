import { closeSync, openSync, readSync } from "node:fs";

/** What a read of a watched program's memory can end with besides bytes. */
export const MEMORY_GONE = 0;
export const MEMORY_FAULT = -1;

/**
 * Memory of one watched program, only ever read. Addresses are the program's own.
 */
export interface TargetMemory {
  /**
   * Copies `length` bytes at `address` into the start of `into`. Returns `length` when all of them came, `MEMORY_GONE` when the
   * program has ended or replaced itself (its old memory then no longer exists), `MEMORY_FAULT` when the address is not readable
   * or only partly so. Bytes in `into` mean nothing unless `length` is returned.
   */
  readonly read: (address: number, into: Buffer, length: number) => number;
  readonly close: () => void;
}

/** Opens a program's memory through `/proc/PID/mem` (proc_pid_mem(5)). Throws what `open` throws. */
export function openMemory(procRoot: string, pid: number): TargetMemory {
  const descriptor = openSync(`${procRoot}/${pid}/mem`, "r");
  let open = true;
  return {
    read(address, into, length) {
      if (!open) return MEMORY_GONE;
      if (!isUserAddress(address)) return MEMORY_FAULT;
      try {
        // The kernel answers 0 once the memory the file was opened on has been given up (fs/proc/base.c, mem_rw).
        const count = readSync(descriptor, into, 0, length, address);
        return count === length ? length : count === 0 ? MEMORY_GONE : MEMORY_FAULT;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === "ESRCH" ? MEMORY_GONE : MEMORY_FAULT;
      }
    },
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

/** Whether a value may be an address of a program: exact as a number, not in the first pages. */
export function isUserAddress(address: number): boolean {
  return Number.isSafeInteger(address) && address >= 4096 && address < 2 ** 52;
}

/** Whether a value may be the address of a structure: a user address that is a multiple of eight. */
export function isPointer(address: number): boolean {
  return isUserAddress(address) && address % 8 === 0;
}

/** Reads one 64-bit word; null when it can't be read or is above 2^52. */
export function readWord(memory: TargetMemory, address: number): number | null {
  const bytes = Buffer.allocUnsafe(8);
  if (memory.read(address, bytes, 8) !== 8) return null;
  const value = wordAt(bytes, 0);
  return Number.isNaN(value) ? null : value;
}

/** A 64-bit little-endian word of a buffer as a number; NaN outside the buffer and above 2^52, which no address or offset reaches. */
export function wordAt(bytes: Buffer, offset: number): number {
  if (offset < 0 || offset + 8 > bytes.length) return Number.NaN;
  const value = bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 0x1_0000_0000;
  return value < 2 ** 52 ? value : Number.NaN;
}

/** Reads bytes into a new buffer; null when they can't all be read. */
export function readBytes(memory: TargetMemory, address: number, length: number): Buffer | null {
  const bytes = Buffer.allocUnsafe(length);
  return memory.read(address, bytes, length) === length ? bytes : null;
}
