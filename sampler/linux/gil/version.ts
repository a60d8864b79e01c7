/** An exact CPython version. */
export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
  /** Null where only the minor version is known. */
  readonly micro: number | null;
  readonly level: "alpha" | "beta" | "candidate" | "final";
}

const LEVELS: Readonly<Record<number, PythonVersion["level"]>> = {
  10: "alpha",
  11: "beta",
  12: "candidate",
  15: "final",
};

/**
 * Decodes `PY_VERSION_HEX` (patchlevel.h), as `Py_Version` and `_Py_DebugOffsets.version` hold it.
 * Null when it is not a version of Python 2 or 3.
 */
export function versionFromHex(hex: number): PythonVersion | null {
  if (!Number.isInteger(hex) || hex < 0 || hex > 0xffffffff) return null;
  const major = hex >>> 24;
  const level = LEVELS[(hex >>> 4) & 15];
  if ((major !== 2 && major !== 3) || level === undefined) return null;
  return { major, minor: (hex >>> 16) & 255, micro: (hex >>> 8) & 255, level };
}

const BANNER = /(?:^|\0)(2\.7|3\.\d{1,2})\.(\d{1,2})(?:(a|b|rc)\d{1,2})?\+? \([^\0]{8,200}\[(?!PyPy)/;

/** Finds the banner that `Py_GetVersion` leaves in static memory: `3.9.18 (main, Jan  1 2024, 00:00:00) \n[GCC 12.2.0]`. */
export function versionFromBanner(memory: string): PythonVersion | null {
  const match = BANNER.exec(memory);
  if (match === null) return null;
  const [major, minor] = (match[1] ?? "").split(".");
  const level = match[3] === "a" ? "alpha" : match[3] === "b" ? "beta" : match[3] === "rc" ? "candidate" : "final";
  return { major: Number(major), minor: Number(minor), micro: Number(match[2]), level };
}

const LIBRARY = /(?:^|\/)libpython(2\.7|3\.\d{1,2})[dmu]*t?d?\.so/;

/** Minor version out of the name of a shared library, as in `libpython3.9.so.1.0`. */
export function versionFromLibraryName(path: string): PythonVersion | null {
  const match = LIBRARY.exec(path);
  if (match === null) return null;
  const [major, minor] = (match[1] ?? "").split(".");
  return { major: Number(major), minor: Number(minor), micro: null, level: "final" };
}

/** The version as text, for example `3.12.1`, `3.13.0rc` or `3.9`. */
export function versionText(version: PythonVersion): string {
  const suffix = { alpha: "a", beta: "b", candidate: "rc", final: "" }[version.level];
  return `${version.major}.${version.minor}${version.micro === null ? "" : `.${version.micro}`}${suffix}`;
}
