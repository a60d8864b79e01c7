/** Stands where a figure is not known. */
export const NOT_KNOWN = "–";

/** Cores with two decimals: `1.00`. Null is shown as not known, never as zero. */
export function cores(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NOT_KNOWN;
  return value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
}

/** Cores with their unit: `1.00 core`, `3.90 cores`. */
export function coresWithUnit(value: number | null): string {
  const text = cores(value);
  return `${text} ${text === "1.00" ? "core" : "cores"}`;
}

/** A ratio from 0 to 1 as whole percent; small shares that are not nothing read `<1 %`. */
export function percent(ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) return NOT_KNOWN;
  if (ratio > 0 && ratio < 0.01) return "<1 %";
  return `${Math.round(ratio * 100)} %`;
}

const BYTE_UNITS = {
  binary: { step: 1024, names: ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] },
  decimal: { step: 1000, names: ["B", "kB", "MB", "GB", "TB", "PB"] },
} as const;

let byteUnits: keyof typeof BYTE_UNITS = "binary";

/** Chooses how `bytes` writes from now on: in powers of 1024 or of 1000. */
export function setByteUnits(units: keyof typeof BYTE_UNITS): void {
  byteUnits = units;
}

/** Bytes with three significant figures: `212 MiB`, `1.84 GiB`, or in decimal units if so chosen. */
export function bytes(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NOT_KNOWN;
  const { step, names } = BYTE_UNITS[byteUnits];
  let amount = value;
  let unit = 0;
  while (Math.abs(amount) >= 999.5 && unit < names.length - 1) {
    amount /= step;
    unit += 1;
  }
  const decimals = unit === 0 || Math.abs(amount) >= 99.95 ? 0 : Math.abs(amount) >= 9.995 ? 1 : 2;
  return `${amount.toFixed(decimals)} ${names[unit]}`;
}

/** Events per second: `198`, `4.2`. */
export function perSecond(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NOT_KNOWN;
  return value >= 9.95 ? Math.round(value).toString() : value.toFixed(1);
}

/** A length of time in the largest fitting unit: `5 ms`, `4.2 s`, `58 s`, `3 min`, `2 h`. */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return NOT_KNOWN;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 5970) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}
