import type { Message } from "../core/verdict/message.ts";

/** Figures of a message, read by name; what is missing is null or empty, never zero. */
export interface Parameters {
  number(name: string): number | null;
  text(name: string): string;
}

/** Reads the parameters of a message. */
export function parametersOf(message: Message): Parameters {
  return {
    number: (name) => {
      const value = message.parameters[name];
      return typeof value === "number" && Number.isFinite(value) ? value : null;
    },
    text: (name) => {
      const value = message.parameters[name];
      return typeof value === "string" ? value : "";
    },
  };
}
