import type { Command } from "../command.ts";

/** Shells that completions are made for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One shell. */
export type Shell = (typeof SHELLS)[number];

/** Words that complete the first place after the program's name. */
function firstWords(commands: readonly Command[]): readonly string[] {
  return [...commands.map(({ name }) => name), "help"];
}

function optionNames({ options }: Command): readonly string[] {
  return [
    ...Object.entries(options).flatMap(([name, { short }]) => [
      `--${name}`,
      ...(short === undefined ? [] : [`-${short}`]),
    ]),
    "--help",
  ];
}

function bash(commands: readonly Command[]): string {
  const words = commands.map((command) => `    ${command.name}) words='${optionNames(command).join(" ")}' ;;`);
  const values = commands.flatMap(({ name, options }) =>
    Object.entries(options).flatMap(([option, { values: allowed }]) =>
      allowed === undefined
        ? []
        : [`    '${name} --${option}') COMPREPLY=($(compgen -W '${allowed.join(" ")}' -- "$current")); return ;;`],
    ),
  );
  return `# bash completion for gilscope: source <(gilscope completions bash)
_gilscope() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command='' words='' index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    [[ \${COMP_WORDS[index]} == -- ]] && return
    if [[ -z $command && \${COMP_WORDS[index]} != -* ]]; then command=\${COMP_WORDS[index]}; fi
  done
  case "$command $previous" in
${values.join("\n")}
    'help help'|' gilscope') COMPREPLY=($(compgen -W '${firstWords(commands).join(" ")}' -- "$current")); return ;;
  esac
  case "$command" in
${words.join("\n")}
    *) words='--help --version' ;;
  esac
  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$current")); fi
}
complete -o default -F _gilscope gilscope
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Text inside a specification of zsh's _arguments, where colons and brackets have a meaning. */
function zshText(text: string): string {
  return text.replace(/[\\:[\]]/g, "\\$&");
}

function zsh(commands: readonly Command[]): string {
  const described = commands.map(({ name, summary }) => `    ${quoted(`${name}:${zshText(summary)}`)}`);
  const branches = commands.map((command) => {
    const specs = Object.entries(command.options).flatMap(([name, { short, placeholder, help, values }]) => {
      const action =
        values === undefined ? (/FILE|OUT|PATH/.test(placeholder ?? "") ? "_files" : " ") : `(${values.join(" ")})`;
      const argument = placeholder === undefined ? "" : `:${zshText(placeholder)}:${action}`;
      const spellings = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
      return spellings.map((spelling) => `      ${quoted(`*${spelling}[${zshText(help)}]${argument}`)}`);
    });
    return `    ${command.name}) _arguments \\\n${[...specs, "      '*:file:_files'"].join(" \\\n")} ;;`;
  });
  return `#compdef gilscope
_gilscope() {
  local -a commands=(
${described.join("\n")}
    'help:Shows what one command takes'
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    _files
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${branches.join("\n")}
    help) _describe command commands ;;
    *) _files ;;
  esac
}
if [[ $funcstack[1] == _gilscope ]]; then _gilscope "$@"; else compdef _gilscope gilscope; fi
`;
}

function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

function fish(commands: readonly Command[]): string {
  const first = "__fish_use_subcommand";
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c gilscope -n ${first} -a ${name} -d ${fishQuoted(summary)}`,
    ...Object.entries(options).map(([option, { short, placeholder, help, values }]) => {
      const letter = short === undefined ? "" : ` -s ${short}`;
      const takes =
        values === undefined ? (placeholder === undefined ? "" : " -r") : ` -x -a ${fishQuoted(values.join(" "))}`;
      return `complete -c gilscope -n '__fish_seen_subcommand_from ${name}' -l ${option}${letter}${takes} -d ${fishQuoted(help)}`;
    }),
  ]);
  return [
    "# fish completion for gilscope: gilscope completions fish | source",
    ...lines,
    `complete -c gilscope -n ${first} -a help -d 'Shows what one command takes'`,
    `complete -c gilscope -n '__fish_seen_subcommand_from help' -x -a ${fishQuoted(commands.map(({ name }) => name).join(" "))}`,
    "",
  ].join("\n");
}

const MAKERS: Readonly<Record<Shell, (commands: readonly Command[]) => string>> = { bash, zsh, fish };

/** A script that completes this program's commands, options and their values. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  return MAKERS[shell](commands);
}
