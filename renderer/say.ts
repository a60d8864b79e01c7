import type { Message } from "../core/message.ts";
import type { AbsentReason } from "../core/reading.ts";

export function absentReasonText(reason: AbsentReason): string {
  switch (reason) {
    case "denied":
      return "the system does not allow reading it";
    case "gone":
      return "it ended before it could be read";
    case "unsupported":
      return "this system does not offer it";
    case "not-yet":
      return "not enough has been seen yet";
  }
}

export function sentence(message: Message): string {
  const { text } = message.parameters;
  return typeof text === "string" ? text : message.code;
}
