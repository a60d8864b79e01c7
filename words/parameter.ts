import type { Message } from "../core/verdict/message.ts";
import { type Past, stretch } from "./clock.ts";

/** Figures of a message, read by name; what is missing is null or empty, never zero. */
export interface Parameters {
  number(name: string): number | null;
  text(name: string): string;
  /** A length in seconds as the stretch that is told of: the last, or a named one of the past. */
  stretch(name: string): string;
}

/** Reads the parameters of a message. */
export function parametersOf(message: Message, past: Past | null): Parameters {
  const number = (name: string) => {
    const value = message.parameters[name];
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  };
  return {
    number,
    text: (name) => {
      const value = message.parameters[name];
      return typeof value === "string" ? value : "";
    },
    stretch: (name) => stretch(number(name), past),
  };
}
