/** Every channel between page and shell. */
export const CHANNELS = {
  /** The page asks, the shell answers: name and argument of one of the `Requests` of `core/page/protocol.ts`. */
  request: "gilscope:request",
} as const;

/** Answer on the request channel. Failures are values, because Electron puts its own words around an error that is thrown. */
export type ChannelAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };
