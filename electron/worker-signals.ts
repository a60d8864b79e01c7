import type { EventEmitter } from "node:events";
import { constants } from "node:os";

/** Node's own handle of one signal, as `process.on` uses it in a main thread (lib/internal/process/signal.js). */
interface SignalHandle {
  onsignal: (number: number) => void;
  start(number: number): number;
  close(): void;
}

type SignalClass = new () => SignalHandle;

/**
 * Makes `process.on("SIGINT", …)` and the like work in a worker thread, where Node leaves them without effect.
 * The operating system's signals reach every event loop of the process that asks for them; Node asks in main threads only.
 * Where Node hides its handles, signals act as if nobody listened: they end the program.
 */
export function listenToSignalsHere(): void {
  const Signal = signalClass();
  if (Signal === null) return;
  const handles = new Map<string, SignalHandle>();
  process.on("newListener", (name: string | symbol) => {
    const number = signalNumber(name);
    if (number === null || handles.has(String(name))) return;
    const handle = new Signal();
    handle.onsignal = () => void (process as EventEmitter).emit(name, name, number);
    if (handle.start(number) === 0) handles.set(String(name), handle);
    else handle.close();
  });
  process.on("removeListener", (name: string | symbol) => {
    if (signalNumber(name) === null || process.listenerCount(name) > 0) return;
    handles.get(String(name))?.close();
    handles.delete(String(name));
  });
}

function signalNumber(name: string | symbol): number | null {
  return typeof name === "string" && name in constants.signals ? constants.signals[name as NodeJS.Signals] : null;
}

function signalClass(): SignalClass | null {
  try {
    const { binding } = process as unknown as { readonly binding: (name: string) => { readonly Signal: SignalClass } };
    // The way to them is deprecated, and to say so is not the business of a command's output.
    process.noDeprecation = true;
    return binding.call(process, "signal_wrap").Signal;
  } catch {
    return null;
  } finally {
    process.noDeprecation = false;
  }
}
