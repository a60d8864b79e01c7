import type { Message } from "../core/verdict/message.ts";
import { ADVICE } from "./advice-sentences.ts";
import type { Past } from "./clock.ts";
import { EVIDENCE } from "./evidence-sentences.ts";
import { FAMILY } from "./family-sentences.ts";
import { HEADLINES } from "./headline-sentences.ts";
import { type Parameters, parametersOf } from "./parameter.ts";

const SENTENCES: Readonly<Record<string, (p: Parameters) => string>> = {
  ...HEADLINES,
  ...EVIDENCE,
  ...ADVICE,
  ...FAMILY,
};

/**
 * Turns a message into one English sentence. A code from a newer version than this one is shown as it is.
 * @param past set where it is told of a time gone by
 */
export function sentence(message: Message, past: Past | null = null): string {
  const words = SENTENCES[message.code];
  return words === undefined ? message.code : words(parametersOf(message, past));
}
