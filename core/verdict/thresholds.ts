/**
 * Every border line and threshold of the verdicts, each with what set it: a border line of the product ("line 1" … "line 5"), a
 * measurement, or a calculation. "Measured" is on a machine of two cores with CPython 3.11 unless it says otherwise, mostly on the
 * captures in `core/testing/captures`; "chosen" means that no measurement set it, only that it lies between cases that differ widely.
 *
 * The border lines, in this order, for a window of figures in cores and thread-seconds per second:
 * 1. A wait counts from 0.25 and 10 % of the runs and waits of the threads that work; waiting for a CPU only on a busy machine.
 * 2. A cap that is reached and exceeded by demand: `quota-limited`.
 * 3. The largest wait that counts: `gil-bound`, `lock-bound`, `cpu-starved` or `oversubscribed`.
 * 4. No wait counts: `parallel`, `single-threaded`, `io-bound`, `idle`.
 * 5. The verdict is of the window; when its halves differ, say so.
 */

/** Line 1: thread-seconds per second from which a wait counts. */
export const WAIT_COUNTS = 0.25;
/** Line 1: share of the runs and waits of the threads that work from which a wait counts. */
export const WAIT_RATIO = 0.1;
/**
 * Line 1: waiting for the GIL counts only where it costs something: so many cores, or one thread so much of its time, or somebody uses
 * so much of a core that others come late. Forty threads on timers that wake up together make 0.36 of waiting with 0.14 cores; each waits
 * 0.01 of its time, and without a GIL they would use as much.
 */
export const GIL_COSTS = { cores: 0.05, threadWait: 0.1, usedCores: 0.5 } as const;
/** Line 1: above this share of the machine in use, runnable threads wait for others. Hand-overs of a GIL alone make 0.17–0.34 of waiting for a CPU. */
export const BUSY_MACHINE = 0.9;
/**
 * Line 1, under an affinity narrower than the machine: waiting for a CPU counts from here, because the CPUs it is tied to may be full
 * while the machine is not. Twice what counts elsewhere, above the 0.17–0.34 of hand-overs.
 */
export const TIED_CPU_WAIT = 0.5;

/** Line 2: share of a limit that must be in use for it to be reached. */
export const LIMIT_REACHED = 0.95;
/** Line 2: share of a quota's periods that were throttled from which it is reached. */
export const THROTTLED = 0.05;
/** Line 2: how far demand must exceed a limit; line 3: how far runnable threads must exceed the CPUs to crowd one another. */
export const DEMAND_EXCEEDS = 1.1;

/** Line 4: cores above which threads run at the same time. */
export const PARALLEL_CORES = 1.2;
/** Line 4, "threads seen on CPU together": nearly a core on several busy threads that don't wait for one another can't come from turns, because turns on one core show as waits. */
export const TOGETHER_CORES = 0.9;
/** Line 4: share of the CPU that one thread must have to be the one that works. */
export const ONE_THREAD_SHARE = 0.8;
/** Line 4: cores below which nobody does "the work". */
export const ONE_THREAD_CORES = 0.5;
/** Line 4: cores below which next to nothing happens. */
export const IDLE_CORES = 0.02;

/**
 * Hysteresis: the verdict that holds keeps its border lines moved by a fifth in its favour, so that a figure which wavers on a line does
 * not make the verdict flicker. Calculated: four threads looked at 475 times each, a window at 100 looks a second, tell a wait of 0.25 to
 * ±0.022, so a fifth is two standard errors. Measured waits of 2.5–2.8 varied by 3 % from window to window.
 */
export const KEEP_RATIO = 0.8;
/** Verdict memory: longest time looked back, milliseconds. A seek needs a key frame this far back and what followed. */
export const MEMORY_MS = 60_000;
/** Verdict memory: which verdict holds is worked out anew from a fixed moment that moves on in steps this long, so that nothing older than `MEMORY_MS` counts. */
export const MEMORY_STEP_MS = 30_000;

/** Seconds below which a window says nothing: twenty ticks of 10 ms, in which a process's CPU time is told to 5 %. */
export const LEAST_WINDOW_SECONDS = 0.2;
/** Observations below which waits say nothing yet. Calculated: with 6, a wait of half the time goes unseen in 2 % of windows. */
export const LEAST_OBSERVATIONS = 6;
/** Share of the CPU used by threads that came and went from which nobody can say what the program's threads wait for: then most of the work was done unseen. A prototype without it was wrong on threads that live 50 ms. */
export const SHORT_LIVED_SHARE = 0.5;
/** Moments at which such threads must have been counted before their number says anything. Calculated: two that overlap half of the time are never met together in 6 % of windows with four. */
export const SHORT_LIVED_MOMENTS = 4;
/** CPU seconds of such threads that samples must have met before these tell how long they wait for a CPU. Chosen: two ticks of 10 ms. */
export const SHORT_LIVED_MET_SECONDS = 0.02;
/** Share of the time the GIL is held from which threads that come and go take turns on it. Measured with four Python threads: 0.97–0.99. */
export const TURNS_HELD = 0.9;
/** Cores of ended threads worth a sentence: two ticks of 10 ms a second. */
export const EXITED_CORES = 0.02;

/**
 * Scheduler counters alone: wake-ups a second of a thread that waits for a GIL of 5 ms, measured 229–246 on a quiet machine and 156–177
 * beside two hogs. A lock convoy wakes 351–375 times, I/O threads of a convoy 433–449 times, native threads hardly at all.
 */
export const GIL_WAKE_UPS = { least: 150, most: 330 } as const;
/** Scheduler counters alone: cores that threads in turns on one GIL use together, measured 0.93–1.00. */
export const GIL_TURNS_CORES = { least: 0.8, most: 1.05 } as const;
/** Scheduler counters alone: cores the machine must have idle and the program be allowed, else a full machine explains the turns. */
export const GIL_TURNS_IDLE_CORES = 0.3;
export const GIL_TURNS_ALLOWED_CORES = 1.5;
/** Wake-ups a second under the GIL of CPython 2, whose waiters are signalled at each check: measured 14,600–19,400 with four threads; the next highest, I/O over pipes, 920. */
export const OLD_GIL_WAKE_UPS = 3000;

/** Line 1, thread-wait: wake-ups a second below which a thread is a sleeper on a queue, no part of a hand-over. Locks handed over make 351–375, workers of an idle pool 0–2. */
export const HAND_OVERS_PER_SECOND = 20;
/** The same of a thread that works between its waits, by `WORKS.runnable`: it is no sleeper. Calculated: at one a second the later half of a window of five seconds sees two or three, of a thread that went to rest none. */
export const WORKER_HAND_OVERS_PER_SECOND = 1;
/** Share of its time from which a thread that is handed things takes part in a lock's hand-over. Calculated: 125 looks, a window at 25 a second, miss a share of 0.05 in 0.2 % of windows. */
export const LOCK_THREAD_WAIT = 0.05;
/** A thread that feeds others waits outside (I/O or timer) for at least `outside` of its time, for other threads less than `threadWait`. Chosen: an event loop waits in `epoll` most of its time, a worker for its queue. */
export const FEEDER = { threadWait: 0.1, outside: 0.2 } as const;
/** Wake-ups of feeders to hand-overs from which the waiting threads are workers that are fed, not a lock. Chosen: an event loop with a pool makes about one for one, a lock none. */
export const FED_RATIO = 0.3;
/** Part of the waits at locks in timed futexes on the heap from which they may be a sub-interpreter's GIL. Chosen: `threading.Lock` waits have no time limit unless the program gives one. */
export const TIMED_LOCK_SHARE = 0.5;
/** Longest time a waiter for the GIL sleeps before it wakes: the switch interval of 5 ms and a fifth for the scheduler; measured 229–246 wake-ups a second of waiters that also run. */
export const GIL_WAKE_SECONDS = 0.006;

/** Flag: part of the time it wants to run that a flagged thread waits for the GIL. */
export const FLAG_RATIO = 0.25;
/** Flag: share of all its time that a flagged thread waits for the GIL. Measured: threads in turns wait 0.67–0.72, I/O threads of a convoy 0.61–0.66, sleepers beside a hog under 0.01. */
export const FLAG_WAIT = 0.1;
/** Flag: observations from which one is given (4 miss a wait of half the time in 6 %), and share of the time that may be unseen before it is withheld: less than `FLAG_WAIT` can hide in it. */
export const FLAG_OBSERVATIONS = 4;
export const FLAG_UNSEEN = 0.1;

/** Waiting for the GIL of threads that do next to no work, from which it is told. Chosen: what rounds to a tenth of a thread. */
export const RESTING_WAIT_TOLD = 0.05;
/**
 * A thread works when it takes a good part of the CPU, or the GIL keeps it from doing so. `run` and `runnable`: shares of its time;
 * `fair`: a quarter of what each moving thread has, so that 150 threads with a little work each all count; `kept` and `waits`: it runs a
 * little and waits for the GIL much (measured: I/O threads of a convoy run 0.01 and wait 0.6–0.9), `alwaysWaits`: hardly ever gets it.
 * A sleeper beside a hog runs under 0.002: it wants nothing.
 */
export const WORKS = {
  runnable: 0.1,
  run: 0.05,
  fairRun: 0.001,
  fair: 0.25,
  kept: 0.005,
  waits: 0.25,
  alwaysWaits: 0.5,
} as const;
/** Cores from which a thread is busy, so that its wake-ups tell a rhythm: 0.05 makes at least ten switches in a window. */
export const BUSY_THREAD_CORES = 0.05;

/** Samples of the holder below which running is not split into with and without the GIL, and samples of one thread running. Chosen: fewer leave a split of a half open to ±0.2 and more. */
export const LEAST_GIL_SAMPLES = 8;
export const LEAST_RUNNING_SEEN = 3;
/** Share of the held samples whose holder was found, below which holders say nothing. Chosen: CPython 2.7 tells only that the GIL is held, newer ones name nearly every holder. */
export const HOLDER_FOUND_SHARE = 0.5;
/** Share of the passes in which a thread must have been looked at for its held share to be corrected by its exact run time. Chosen: threads are looked at in every pass or once a second. */
export const LOOKED_AT_SHARE = 0.8;
/** Moments with a stack below which nobody is named as holder, and share of them from which one stands out. Calculated: of 8, a thread with a quarter of them makes half by chance in 11 %. */
export const LEAST_HOLDINGS = 8;
export const HOG_SHARE = 0.5;

/** Convoy: one thread has this part of the CPU, and the threads that wait use no more than this part; measured 0.96 and 0.04, in turns 0.27 and all. */
export const CONVOY = { leastCores: 0.3, topShare: 0.7, waitersShare: 0.25 } as const;
/** Holder off the CPU: share of the time from which the GIL is held in a blocking call, line 1's amount; and from which it gets a sentence. */
export const HELD_BLOCKED = 0.25;
export const HELD_BLOCKED_TOLD = 0.05;
/** Holder off the CPU, without memory: threads wait at least twice what is used, below this many cores, without crowding for CPUs. Measured 0.12 cores and 0.8–1.0 waiting where C code sleeps with the GIL. */
export const BLOCKED_HOLDER = { mostCores: 0.3, waitsPerCore: 2, mostCpuWait: 0.2 } as const;
/** Held long: times the switch interval that the GIL is kept between hand-overs from which code that never offers it is at work; measured: Python threads keep it 1.03–1.12 intervals, threads of a convoy 0.1–0.2, C code that sleeps 20 ms with it beside Python threads 2.6 on average. */
export const HELD_LONG_INTERVALS = 2;
/** Hand-overs at the rhythm of the switch interval: how far the time between them may be from it. Four Python threads measured 5.15–5.60 ms at an interval of 5. */
export const RHYTHM_TOLERANCE = 0.15;

/** Share of the waiting for GILs from which a verdict speaks of one of several: as much as counts on line 1 may be for another. */
export const SPOKEN_OF_SHARE = 0.9;

/** Line 5: chosen, because the product gives no figure: cores by which the halves of a window must differ, and part of the larger, to be told apart. */
export const PHASE_CORES = 0.4;
export const PHASE_RATIO = 0.5;

/** Line 5: shortest window that has halves, seconds. Chosen: three samples at the usual rhythm. */
export const HALVES_SECONDS = 3;

/** Thread-seconds per second of waiting outside that are worth a sentence. Chosen: what two decimals can show. */
export const OUTSIDE_TOLD = 0.01;
/** Share of the time threads waited for a CPU below which the CPUs are told not to be the limit: line 1's 10 %. */
export const SHORT_RUN_QUEUE = 0.1;
/** Idle cores from which the machine has room. Chosen: below, waking threads find no idle CPU at once. */
export const IDLE_CORES_TOLD = 0.2;
/** Idle cores from which a single thread is advised to split its work. Chosen: half of what it could gain at least. */
export const SPLIT_IDLE_CORES = 0.5;

/** Cores that others keep from a gain from which advice tells them. Chosen: a tenth is the least that changes what one would do. */
export const OTHERS_TOLD_CORES = 0.1;

/** Confidence when everything speaks for the verdict, by what it stands on. Measured: the corpus demands 0.98 of measured verdicts; rules on scheduler counters were right on 18 of 22 programs (0.82; lower bound of the 95 % interval 0.61). */
export const CONFIDENCE = { measured: 0.98, inferred: 0.93, suspected: 0.6, none: 0 } as const;
/** Window in which a verdict is half as sure as it gets, seconds. Chosen: 25 ticks of 10 ms. */
export const HALF_SURE_SECONDS = 0.25;
/** Looks at threads with which a verdict that rests on waits is half as sure as it gets: a share of a half is then known to within 0.14, about half of what counts. */
export const HALF_SURE_LOOKS = 12;
/** Confidence on the border line itself, where it is nearly a toss, and times the line's figure at which it is whole. Chosen: 1.8 is four standard errors of a wait beyond the line. */
export const BORDER_CONFIDENCE = 0.55;
export const CLEAR_MARGIN = 1.8;
/** Margins where no figure decides how clear a verdict is. Chosen: `oldGil` hardly better than on the line, `uncounted` between, `idle` clear. */
export const GIVEN_MARGIN = { oldGil: 1.2, uncounted: 1.5, idle: 2 } as const;
/** Factor for a window whose halves differ. Chosen: the verdict is right of the whole, not of each half. */
export const PHASES_CONFIDENCE = 0.8;
