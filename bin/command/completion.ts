import { type Command, type Given, oneOf, type Option, type Using, wordOf } from "./command.ts";

/** How each shell asks for completions; the answers are the same. */
const scripts = {
  bash: `_heliograph() {
  local IFS=$'\\n'
  COMPREPLY=($(heliograph complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -F _heliograph heliograph`,
  zsh: `#compdef heliograph
_heliograph() {
  local -a found
  found=("\${(@f)$(heliograph complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _heliograph heliograph`,
  fish: `complete -c heliograph -f -a '(heliograph complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
} as const;

/** Options that every command has. */
export const everywhere: Readonly<Record<string, Option>> = {
  json: { does: "Answers in JSON" },
  local: { does: "The local cloud that keeps its data there", value: "folder" },
  help: { does: "Explains the command" },
};

/** heliograph completion, and what the shells ask. */
export function completionCommands(commands: () => readonly Command[]): readonly Command[] {
  return [
    {
      name: "completion",
      does: "Prints what your shell needs to complete commands.",
      takes: "<bash|zsh|fish>",
      examples: [
        "completion bash >> ~/.bashrc",
        "completion fish > ~/.config/fish/completions/heliograph.fish",
      ],
      run: async (given, { screen }) => {
        const shell = oneOf(wordOf(given, 0, "shell"), ["bash", "zsh", "fish"], "The shell");
        screen.line(scripts[shell]);
      },
    },
    {
      name: "complete",
      does: "Answers a shell: what the last word may become.",
      takes: "-- <word…>",
      passesOn: true,
      examples: ["complete -- sen"],
      run: async ({ raw }: Given, using: Using) => {
        const words = raw[0] === "--" ? raw.slice(1) : raw;
        const last = words.at(-1) ?? "";
        const found = (await candidates(words.slice(0, -1), last, { commands: commands(), using })).filter(
          (one) => one.startsWith(last),
        );
        for (const one of [...new Set(found)].toSorted()) using.screen.line(one);
      },
    },
  ];
}

async function candidates(
  words: readonly string[],
  last: string,
  { commands, using }: { commands: readonly Command[]; using: Using },
): Promise<readonly string[]> {
  const typed = words.join(" ");
  const command = commands
    .filter(({ name }) => `${typed} `.startsWith(`${name} `))
    .toSorted((one, other) => other.name.length - one.name.length)[0];
  const before = words.at(-1) ?? "";
  const option = before.startsWith("--")
    ? { ...everywhere, ...command?.options }[before.slice(2)]
    : undefined;
  if (option?.value) return option.oneOf ?? [];
  if (last.startsWith("-"))
    return Object.keys({ ...everywhere, ...command?.options }).map((name) => `--${name}`);
  const deeper = commands.flatMap(({ name }) => nextWord(name, typed));
  return [...deeper, ...(command ? await known(command, using) : [])];
}

/** The word that comes after what was typed, if the command's name goes on. */
function nextWord(name: string, typed: string): string[] {
  if (name === "complete") return [];
  const prefix = typed ? `${typed} ` : "";
  const next = name.startsWith(prefix) ? name.slice(prefix.length).split(" ")[0] : undefined;
  return next ? [next] : [];
}

/** Ids that only the API knows; nothing when it does not answer. */
async function known({ takes = "" }: Command, { api }: Using): Promise<readonly string[]> {
  const choices = /^\[?<?([\w-]+(?:\|[\w-]+)+)>?/.exec(takes)?.[1];
  if (choices) return choices.split("|");
  if (!takes.startsWith("<sender>")) return [];
  try {
    return (await api().listSenders({ signal: AbortSignal.timeout(1_500) })).senders.map(({ id }) => id);
  } catch {
    return [];
  }
}
