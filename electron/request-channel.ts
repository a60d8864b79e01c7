import { type IpcMainInvokeEvent, ipcMain } from "electron";
import { CHANNELS, type ChannelAnswer } from "./channels.ts";
import { isPageAddress } from "./lockdown.ts";

/** Answers one request of the page; rejects where the argument is wrong or the work failed. */
export type RequestHandler = (name: string, argument: unknown) => Promise<unknown>;

/** Puts the handler behind the page's only channel. Names and arguments are checked by the handler, the sender here. */
export function answerRequests(handle: RequestHandler): void {
  ipcMain.handle(CHANNELS.request, async (event, name: unknown, argument: unknown): Promise<ChannelAnswer> => {
    if (!isFromPage(event)) return { ok: false, code: "foreign-sender", message: "Only Gilscope's own page may ask." };
    if (typeof name !== "string") return { ok: false, code: "bad-request", message: "The request has no name." };
    try {
      return { ok: true, value: await handle(name, argument) };
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      return {
        ok: false,
        code: typeof code === "string" ? code : "failed",
        message: error instanceof Error ? error.message : "Gilscope could not answer this request.",
      };
    }
  });
}

/** The sender must be the page of the own scheme and host, in the top frame of its window. */
function isFromPage({ sender, senderFrame }: IpcMainInvokeEvent): boolean {
  if (senderFrame === null || senderFrame === undefined) return false;
  return senderFrame.parent === null && sender.mainFrame === senderFrame && isPageAddress(senderFrame.url);
}
