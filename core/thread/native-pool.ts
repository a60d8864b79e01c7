/** Libraries that bring threads of their own. */
export const POOL_KINDS = [
  "openblas",
  "mkl",
  "openmp",
  "tbb",
  "arrow",
  "rayon",
  "grpc",
  "torch",
  "tensorflow",
  "cuda",
  "tokio",
] as const;

/** One of them. */
export type PoolKind = (typeof POOL_KINDS)[number];

/** Threads of one native pool inside a runtime. */
export interface NativePool {
  readonly kind: PoolKind;
  readonly threads: number;
}

/**
 * Names that libraries give their threads (prctl(2) PR_SET_NAME, at most 15 bytes). Sources: gRPC `thd.cc` and its users,
 * PyTorch `c10/util/thread_name.cpp` and `autograd/engine.cpp`, TensorFlow `env.cc`, polars-core `POOL`, tokio's builder,
 * jemalloc's background thread, which Arrow and polars link.
 */
const BY_NAME: readonly { readonly pattern: RegExp; readonly kind: PoolKind }[] = [
  { pattern: /^(grpc_|event_engine|default-execut|resolver-execu|timer_manager|EventEngine)/, kind: "grpc" },
  { pattern: /^(pt_|torch_|ptxas|inductor)/, kind: "torch" },
  { pattern: /^cuda/, kind: "cuda" },
  { pattern: /^tf_/, kind: "tensorflow" },
  { pattern: /^(rayon|polars)/, kind: "rayon" },
  { pattern: /^tokio/, kind: "tokio" },
  { pattern: /^(jemalloc_bg_thd|arrow|AwsEventLoop)/, kind: "arrow" },
  { pattern: /^(tbb|TBB)/, kind: "tbb" },
  { pattern: /^(OMP|omp|libgomp|iomp)/, kind: "openmp" },
];

/**
 * Libraries whose threads bear the name of the program, in the order in which programs start them: BLAS when it is loaded,
 * the others with the first piece of parallel work.
 */
const BY_LIBRARY: readonly { readonly pattern: RegExp; readonly kind: PoolKind }[] = [
  { pattern: /^lib(open)?blas|^lib\w*openblas/, kind: "openblas" },
  { pattern: /^libblis/, kind: "openblas" },
  { pattern: /^libmkl_/, kind: "mkl" },
  { pattern: /^lib(gomp|iomp5|omp)[-.]/, kind: "openmp" },
  { pattern: /^libtbb/, kind: "tbb" },
  { pattern: /^libarrow/, kind: "arrow" },
  { pattern: /^(lib|_)?(polars|rayon)|^tokenizers\./, kind: "rayon" },
  { pattern: /^libtorch/, kind: "torch" },
];

/** What is known of one thread for telling where it came from. */
export interface PoolThread {
  readonly tid: number;
  readonly comm: string;
  /** Whether the interpreter lists it as its own; null when its list was not read. */
  readonly isPython: boolean | null;
}

const MOST_NAMES = 4096;
const namedKinds = new Map<string, PoolKind | null>();

/** What a thread's own name tells; names repeat in every sample, so answers are kept. */
function namedKind(comm: string): PoolKind | null {
  let kind = namedKinds.get(comm);
  if (kind === undefined) {
    kind = BY_NAME.find(({ pattern }) => pattern.test(comm))?.kind ?? null;
    if (namedKinds.size >= MOST_NAMES) namedKinds.clear();
    namedKinds.set(comm, kind);
  }
  return kind;
}

const unnamed = new WeakMap<readonly string[], readonly PoolKind[]>();

/** Pool kinds that a runtime's mapped libraries can have started without naming their threads. */
function unnamedKinds(libraries: readonly string[]): readonly PoolKind[] {
  let kinds = unnamed.get(libraries);
  if (kinds === undefined) {
    const mapped = BY_LIBRARY.filter(({ pattern }) => libraries.some((name) => pattern.test(name)));
    kinds = [...new Set(mapped.map(({ kind }) => kind))];
    unnamed.set(libraries, kinds);
  }
  return kinds;
}

/**
 * Which native pool each thread of a runtime belongs to; null for Python's own threads and where it can't be told.
 * Threads a library started without a name show by the program's name, by not being in the interpreter's list, and by their ids,
 * which follow one another because a pool is started at once. Where the list was not read, only a row right after the main
 * thread that is not longer than the CPUs give reason for counts: a library loaded first starts its pool before Python does.
 * @param threads in any order
 * @param pid id of the main thread
 */
export function poolsOf(
  threads: readonly PoolThread[],
  pid: number,
  libraries: readonly string[],
  onlineCpus: number,
): readonly (PoolKind | null)[] {
  const found: (PoolKind | null)[] = threads.map(({ tid, comm, isPython }) =>
    tid === pid || isPython === true ? null : namedKind(comm),
  );
  const main = threads.find(({ tid }) => tid === pid)?.comm;
  const kinds = unnamedKinds(libraries);
  if (kinds.length === 0) return found;
  const rows: number[] = [];
  for (let index = 0; index < threads.length; index += 1) {
    const { tid, comm, isPython } = threads[index] as PoolThread;
    if (tid === pid || found[index] !== null || isPython === true) continue;
    if (main === undefined || comm === main || isPython === false) rows.push(index);
  }
  const tidAt = (at: number): number => (threads[rows[at] as number] as PoolThread).tid;
  // They mostly come in order, and sorting costs more than all the rest.
  if (rows.some((_, at) => at > 0 && tidAt(at) < tidAt(at - 1))) {
    rows.sort((a, b) => (threads[a] as PoolThread).tid - (threads[b] as PoolThread).tid);
  }
  let block = -1;
  let last = pid;
  let length = 0;
  for (const index of rows) {
    const thread = threads[index] as PoolThread;
    // Others start threads meanwhile, so ids have small gaps.
    if (block < 0 || thread.tid - last > LARGEST_GAP) {
      block += 1;
      length = 0;
    }
    length += 1;
    const first = block === 0 && thread.tid > pid && (length > 1 || thread.tid - pid <= LARGEST_GAP);
    last = thread.tid;
    if (thread.isPython === false) found[index] = kinds[Math.min(block, kinds.length - 1)] ?? null;
    else if (first && length < onlineCpus) found[index] = kinds[0] ?? null;
  }
  return found;
}

const LARGEST_GAP = 4;

/** Threads by pool, the largest first. */
export function poolCounts(pools: readonly (PoolKind | null)[]): readonly NativePool[] {
  const counts = new Map<PoolKind, number>();
  for (const kind of pools) if (kind !== null) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, threads]) => ({ kind, threads })).sort((a, b) => b.threads - a.threads);
}
