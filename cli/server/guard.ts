import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?$/i;

/**
 * Headers of every answer: nothing from elsewhere runs, frames or reads the page, and nothing of it is kept.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

/** Why a request is refused before anything of it is looked at: the status and a sentence. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Whether the request carries the token. Takes the same time wherever the tokens differ. */
export function hasToken(headers: IncomingHttpHeaders, token: string): boolean {
  const given = /^Bearer ([A-Za-z0-9_-]{1,256})$/.exec(headers.authorization ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}

/**
 * Refuses what does not come from this page: another host name (a name that was made to point here) or another page's
 * script. Any port passes, because a tunnel may end on another one.
 */
export function refusalOf(headers: IncomingHttpHeaders): Refusal | null {
  const { host, origin } = headers;
  if (host === undefined || !LOOPBACK_HOST.test(host)) {
    return { status: 403, code: "foreign-host", message: "Open this page by 127.0.0.1 or localhost." };
  }
  const site = headers["sec-fetch-site"];
  const foreignSite = site !== undefined && site !== "same-origin" && site !== "none";
  if ((origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) || foreignSite) {
    return { status: 403, code: "foreign-origin", message: "Other pages may not ask this one." };
  }
  return null;
}
