import { app, type Session, type WebContents } from "electron";
import { PAGE_ADDRESS, PAGE_ORIGIN } from "./page-scheme.ts";

/** Every page, now and later, stays where it is: no navigation, no new window, no embedded page. */
export function lockAllContents(): void {
  app.on("web-contents-created", (_event, contents) => lockContents(contents));
}

function lockContents(contents: WebContents): void {
  contents.on("will-navigate", (event, url) => {
    if (!isPageAddress(url)) event.preventDefault();
  });
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
}

/** A session without permissions, devices, downloads or network: the page needs none of them. */
export function lockSession(session: Session, developing: boolean): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on("will-download", (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(({ url }, decide) => {
    const allowed = url.startsWith(`${PAGE_ORIGIN}/`) || (developing && url.startsWith("devtools://"));
    decide({ cancel: !allowed });
  });
}

/** Whether an address is the page itself, whatever follows its `#` or `?`. */
export function isPageAddress(address: string): boolean {
  return address.split(/[?#]/, 1)[0] === PAGE_ADDRESS;
}
