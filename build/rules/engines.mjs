/**
 * What Node 20 has and the oldest engine the programs run on (Electron 22: Node 16.17) lacks, beyond what the
 * compiler's `lib` already refuses.
 * @type {readonly (readonly [RegExp, string])[]}
 */
const MISSING = [
  [/(?<![.\w])structuredClone\(/, "structuredClone (Node 17)"],
  [/(?<![.\w])fetch\(/, "fetch (Node 18)"],
  [
    /\bnew (?:FormData|WebSocket|BroadcastChannel|CompressionStream|Blob)\(/,
    "a web class that is global since Node 18",
  ],
  [/\bavailableParallelism\(/, "os.availableParallelism (Node 18.14)"],
  [/\bstyleText\(/, "util.styleText (Node 20.12)"],
  [/node:(?:test|sqlite|sea|readline\/promises)["']/, "a module newer than Node 16"],
  [/\bisUtf8\(|\bisAscii\(/, "buffer.isUtf8 (Node 18.14)"],
  [/\breaddir(?:Sync)?\([^)]*recursive/, "readdir's recursive (Node 18.17)"],
  [/\bimport\.meta\.(?:dirname|filename)/, "import.meta.dirname (Node 20.11)"],
  [/\.close(?:All|Idle)Connections\(/, "server.closeAllConnections (Node 18.2)"],
  [/\bAbortSignal\.(?:any|timeout)\(/, "AbortSignal.timeout (Node 17.3)"],
  [/\bgetBuiltinModule\(|\bconstrainedMemory\(/, "a process function newer than Node 16"],
];

const ROOMS = ["core", "words", "sampler", "cli", "electron"];

/**
 * Finds uses of what the oldest engine lacks.
 * @param {string} path Relative to the project.
 * @param {string} text
 * @returns {string[]}
 */
export function engineBreaches(path, text) {
  const room = path.split("/")[0] ?? "";
  if (!ROOMS.includes(room) || /\.test\.ts$|\/(testing|bench)\//.test(path)) return [];
  return text.split("\n").flatMap((line, index) => {
    if (/^\s*(?:\/\/|\*|\/\*)/.test(line)) return [];
    return MISSING.filter(([pattern]) => pattern.test(line)).map(
      ([, what]) => `${path}:${index + 1} uses ${what}, which Electron 22 lacks`,
    );
  });
}
