import type { Message } from "./message.ts";

/** Every sentence a verdict can say. `words/` has one text for each. */
export const MESSAGE_CODES = [
  // Headlines
  "gil-bound.turns",
  "gil-bound.convoy",
  "gil-bound.blocked-holder",
  "gil-bound.suspected",
  "gil-bound.old-gil",
  "lock-bound",
  "cpu-starved",
  "oversubscribed",
  "oversubscribed.family",
  "quota-limited.quota",
  "quota-limited.affinity",
  "parallel",
  "single-threaded",
  "single-threaded.only",
  "io-bound",
  "idle",
  "undetermined.not-yet",
  "undetermined.few-observations",
  "undetermined.denied",
  "undetermined.unsupported",
  "undetermined.old-gil",
  "undetermined.sub-interpreters",
  "undetermined.short-lived",
  "undetermined.mixed",
  // Evidence
  "evidence.gil-held",
  "evidence.gil-wait",
  "evidence.gil-wait-none",
  "evidence.turns",
  "evidence.idle-cores",
  "evidence.no-idle-cores",
  "evidence.gil-switches",
  "evidence.wake-ups",
  "evidence.convoy-delay",
  "evidence.held-blocked",
  "evidence.run-queue-short",
  "evidence.run-queue",
  "evidence.host-busy",
  "evidence.runnable",
  "evidence.lock-waits",
  "evidence.hand-overs",
  "evidence.quota",
  "evidence.quota-throttled",
  "evidence.affinity",
  "evidence.cpu",
  "evidence.top-thread",
  "evidence.others-rest",
  "evidence.io-waits",
  "evidence.sleepers",
  "evidence.native-libraries",
  "evidence.exited-threads",
  "evidence.gil-off",
  "evidence.phases",
  "evidence.observations",
  "evidence.scheduler-only",
  // Further causes
  "also.gil-bound",
  "also.lock-bound",
  "also.cpu-starved",
  "also.oversubscribed",
  "also.quota-limited",
  // Advice
  "advice.processes",
  "advice.free-threaded",
  "advice.release-gil",
  "advice.convoy",
  "advice.blocked-holder",
  "advice.lock",
  "advice.cpu-starved",
  "advice.fewer-threads",
  "advice.raise-quota",
  "advice.widen-affinity",
  "advice.split-work",
  "advice.grant-right",
  "advice.watch-longer",
] as const;

/** One sentence. */
export type MessageCode = (typeof MESSAGE_CODES)[number];

/** Makes a message with a code that has words. Absent figures are null. */
export function message(code: MessageCode, parameters: Message["parameters"] = {}): Message<MessageCode> {
  return { code, parameters };
}
