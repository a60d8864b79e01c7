import type { Message } from "../core/verdict/message.ts";
import { ADVICE } from "./advice-sentences.ts";
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

/** Turns a message into one English sentence. A code from a newer version than this one is shown as it is. */
export function sentence(message: Message): string {
  const words = SENTENCES[message.code];
  return words === undefined ? message.code : words(parametersOf(message));
}
