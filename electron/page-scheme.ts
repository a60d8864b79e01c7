import { readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { protocol, type Session } from "electron";

/** The page's own scheme and host: nothing else is ever loaded. */
export const PAGE_ORIGIN = "gilscope://app";
export const PAGE_ADDRESS = `${PAGE_ORIGIN}/index.html`;

/** Nothing is allowed but what the page's own build consists of. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/** One answer to a request for a file of the page. */
export interface PageFile {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Must run before the app is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: "gilscope", privileges: { standard: true, secure: true } }]);
}

/** Serves the built page to one session. Electron has `handle` since 25; before, buffers are handed over. */
export function servePage(session: Session, folder: string): void {
  if (typeof session.protocol.handle === "function") {
    session.protocol.handle("gilscope", async (request) => {
      const file = await pageFile(folder, request.url);
      return new Response(new Uint8Array(file.body), { status: file.status, headers: { ...file.headers } });
    });
    return;
  }
  session.protocol.registerBufferProtocol("gilscope", (request, answer) => {
    void pageFile(folder, request.url).then((file) =>
      answer({ statusCode: file.status, headers: { ...file.headers }, data: file.body }),
    );
  });
}

/** Finds one file of the page; anything outside its folder, of another host or of an unknown type is not there. */
export async function pageFile(folder: string, address: string): Promise<PageFile> {
  const path = pathInPage(folder, address);
  const mediaType = path === null ? undefined : MEDIA_TYPES[extname(path)];
  if (path === null || mediaType === undefined) return notFound();
  try {
    return { status: 200, headers: headers(mediaType), body: await readFile(path) };
  } catch {
    return notFound();
  }
}

function pathInPage(folder: string, address: string): string | null {
  try {
    const url = new URL(address);
    if (`${url.protocol}//${url.host}` !== PAGE_ORIGIN) return null;
    const parts = decodeURIComponent(url.pathname).split("/").filter(Boolean);
    const hostile = parts.some((part) => part.startsWith(".") || part.includes(sep) || part.includes("\0"));
    return hostile ? null : join(folder, ...parts);
  } catch {
    return null;
  }
}

function notFound(): PageFile {
  return { status: 404, headers: headers("text/plain; charset=utf-8"), body: Buffer.from("not found") };
}

function headers(mediaType: string): Record<string, string> {
  return {
    "Content-Type": mediaType,
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
  };
}
