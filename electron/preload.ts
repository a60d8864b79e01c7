import { contextBridge, ipcRenderer } from "electron";
import type { Transport } from "../core/page/protocol.ts";
import { CHANNELS, type ChannelAnswer } from "./channels.ts";

const transport = {
  request: async (name: string, argument: unknown): Promise<unknown> => {
    const answer: ChannelAnswer = await ipcRenderer.invoke(CHANNELS.request, name, argument);
    if (!answer.ok) throw new Error(answer.message);
    return answer.value;
  },
};

// The page's only door. Nothing of Electron or Node passes through it.
contextBridge.exposeInMainWorld("gilscope", transport as Transport);
