import type { ProcessDetail, RawSample } from "./raw-sample.ts";
import type { Reading } from "./reading.ts";

/** Stands where a secret was. */
export const REDACTED = "[redacted]";

/** Words in the name of an option, variable or header whose value is a secret. */
const SECRET_WORD =
  "pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|api[-_.]?keys?|apikeys?|access[-_.]?keys?|secret[-_.]?keys?|private[-_.]?keys?|encryption[-_.]?keys?|signing[-_.]?keys?|auth(?:orization)?|bearer|credentials?|creds?|cookies?|session[-_.]?(?:id|key)|dsn|connection[-_.]?string|conn[-_.]?str|signature|sig|jwt|otp|pin|salt|license[-_.]?key|webhook";

/** A whole name that says its value is a secret: `--db-password`, `AWS_SECRET_ACCESS_KEY`, `X-Api-Key`. */
const SECRET_NAME = new RegExp(`(?:^|[-_.])(?:${SECRET_WORD}|key)(?:$|[-_.0-9])`, "i");

/** Names that contain such a word and hold no secret. */
const HARMLESS_NAME =
  /(?:^|[-_.])(?:max|min|num|n|count|vocab|pad|eos|bos|unk|mask|special|new|stop)[-_.]?tokens?(?:$|[-_.])|tokens?[-_.](?:per|count|limit|length|type|level)|(?:^|[-_.])(?:no|enable|disable|use|skip)[-_.]|(?:^|[-_.])(?:primary|foreign|sort|group|partition|public|ssh)[-_.]key|(?:^|[-_.])key[-_.]?(?:type|size|bits|file|path|column|name)|(?:^|[-_.])(?:auth|password|token|secret|cookie|credentials?)[-_.]?(?:type|mode|method|plugin|provider|backend|url|host|port|timeout)$/i;

/** `camelCase` and `PascalCase` as words apart. */
function splitCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2");
}

function isSecretName(name: string): boolean {
  const split = splitCase(name.replace(/^-+/, ""));
  return SECRET_NAME.test(split) && !HARMLESS_NAME.test(split);
}

/** `scheme://user:password@host`: the password; `scheme://token@host` of a code host: the token. */
const URL_USER = /\b([a-z][a-z0-9+.-]{0,31}:\/\/)([^\s/@:'"]{0,256}):([^\s/'"]{1,1024})@/gi;
const URL_TOKEN = /\b(https?:\/\/)([^\s/@:'"]{16,256})@/gi;
/** `?token=…&sig=…` in an address. */
const QUERY = /([?&;])([A-Za-z0-9_.-]{1,64})=([^&\s#'"]{1,4096})/g;
/** `Authorization: Bearer …`, `Cookie: …`, `X-Api-Key: …`, also inside a longer argument. */
const HEADER =
  /\b((?:proxy-)?authorization|cookie|set-cookie|x-[a-z-]{0,32}(?:key|token|secret|auth)[a-z-]{0,16})(["']?\s*[:=]\s*["']?)[^"'\r\n]{1,4096}/gi;
const BEARER = /\b(bearer|basic|token)(\s+)([A-Za-z0-9._~+/=-]{8,4096})/gi;
/** `name=value`, `name: value` and `"name": "value"` anywhere in an argument: keyword strings, JSON, dictionaries in `-c` code. */
const ASSIGNMENT =
  /(["']?)([A-Za-z_][A-Za-z0-9_.-]{0,63})\1(\s{0,4}(?:=>|:=|=|:)\s{0,4})("[^"]{0,4096}"|'[^']{0,4096}'|[^\s"',;&)}\]]{1,4096})/g;
/** Keys whose form gives them away: GitHub, GitLab, AWS, Google, Slack, Stripe, OpenAI and the like, Hugging Face, PyPI, npm, JSON Web Tokens. */
const KNOWN_FORMS =
  /\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|(?:AKIA|ASIA)[A-Z0-9]{12,}|AIza[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{16,}|xox[abeoprs]-[A-Za-z0-9-]{8,}|[sr]k_(?:live|test)_[A-Za-z0-9]{8,}|sk-[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{16,}|pypi-[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{16,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{0,})?)/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,32}PRIVATE KEY-----|$)/g;
/** A run of letters and digits long enough to be a key. */
const LONG_RUN = /[A-Za-z0-9+_=-]{20,4096}/g;

/** Bits of surprise per character, from the text's own letters. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/**
 * Whether a run looks drawn at random rather than written: mixed letters and digits with high entropy.
 * Hexadecimal digests of 32 digits and more count: a digest and a key look the same.
 */
function looksRandom(run: string): boolean {
  if (/^[0-9-]+$/.test(run) || /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(run))
    return false;
  if (/^(?:0x)?[0-9a-f]+$/i.test(run)) return run.length >= 32 && entropyBits(run.toLowerCase()) > 3;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/].filter((kind) => kind.test(run)).length;
  if (kinds < 2 || !/[0-9]/.test(run)) return false;
  // Words joined by signs are names of models, hosts and files: each part is short.
  const longest = run.split(/[-_=+]/).reduce((most, part) => Math.max(most, part.length), 0);
  if (longest < 16) return false;
  return entropyBits(run) > (kinds === 3 ? 3.6 : 4);
}

/** One text with everything that looks like a secret replaced. Redacting twice changes nothing more. */
export function redactText(text: string): string {
  return text
    .replace(PRIVATE_KEY, REDACTED)
    .replace(HEADER, (_, name: string, sign: string) => `${name}${sign}${REDACTED}`)
    .replace(URL_USER, (_, scheme: string, user: string) => `${scheme}${user}:${REDACTED}@`)
    .replace(URL_TOKEN, (_, scheme: string) => `${scheme}${REDACTED}@`)
    .replace(QUERY, (whole: string, sign: string, name: string) =>
      isSecretName(name) ? `${sign}${name}=${REDACTED}` : whole,
    )
    .replace(BEARER, (whole: string, word: string, gap: string, value: string) =>
      word.toLowerCase() === "bearer" || looksRandom(value) ? `${word}${gap}${REDACTED}` : whole,
    )
    .replace(ASSIGNMENT, (whole: string, quote: string, name: string, sign: string, value: string) => {
      if (!isSecretName(name) || value.startsWith("//") || value.startsWith(REDACTED.slice(0, 9))) return whole;
      const mark = value.startsWith('"') ? '"' : value.startsWith("'") ? "'" : "";
      return `${quote}${name}${quote}${sign}${mark}${REDACTED}${mark}`;
    })
    .replace(KNOWN_FORMS, REDACTED)
    .replace(LONG_RUN, (run: string) => (looksRandom(run) ? REDACTED : run));
}

/** `-p secret`-like short options that take a password, by program. */
const SHORT_PASSWORD_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  mysql: ["-p"],
  mysqldump: ["-p"],
  sshpass: ["-p"],
  "redis-cli": ["-a"],
  curl: ["-u", "-U"],
};

function shortPasswordOptions(argument: string): readonly string[] {
  const program = argument.slice(argument.lastIndexOf("/") + 1);
  return Object.hasOwn(SHORT_PASSWORD_OPTIONS, program) ? (SHORT_PASSWORD_OPTIONS[program] ?? []) : [];
}

/** A command line with the secrets in it replaced: values of telling options and variables, addresses, headers, long random values. */
export function redactArguments(commandLine: readonly string[]): readonly string[] {
  const shortOptions = commandLine.flatMap(shortPasswordOptions);
  let secretNext = false;
  return commandLine.map((argument) => {
    const secret = secretNext;
    const option = /^--?[A-Za-z][A-Za-z0-9_.-]*$/.test(argument);
    secretNext = (option && isSecretName(argument)) || shortOptions.includes(argument);
    // An option after an option that might have taken a value: that one was a switch.
    if (secret && !option) return REDACTED;
    const glued = shortOptions.find((name) => argument.startsWith(name) && argument.length > name.length);
    if (glued !== undefined && !argument.startsWith("--")) return `${glued}${REDACTED}`;
    return redactText(argument);
  });
}

function redactReading(reading: Reading<string>): Reading<string> {
  return reading.known ? { known: true, value: redactText(reading.value) } : reading;
}

/** What is known of a process, without what looks like a secret. */
export function redactDetail(detail: ProcessDetail): ProcessDetail {
  return {
    ...detail,
    commandLine: detail.commandLine.known
      ? { known: true, value: redactArguments(detail.commandLine.value) }
      : detail.commandLine,
    executablePath: redactReading(detail.executablePath),
    workingDirectory: redactReading(detail.workingDirectory),
  };
}

/** A sample whose details are without what looks like a secret. Counters are untouched. */
export function redactSample(sample: RawSample): RawSample {
  if (sample.processDetails.length === 0) return sample;
  return { ...sample, processDetails: sample.processDetails.map(redactDetail) };
}
