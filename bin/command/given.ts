import { parseArgs } from "node:util";
import { type Command, type Given, WrongUsage } from "./command.ts";
import { everywhere } from "./completion.ts";

/** The command that was typed, by as many of its words as fit. */
export function commandIn(words: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands
    .filter(({ name }) => name.split(" ").every((word, place) => words[place] === word))
    .toSorted((one, other) => other.name.length - one.name.length)[0];
}

/** What follows the command's words, checked against its row. */
export function givenTo(command: Command, typed: readonly string[]): Given {
  const raw = typed.slice(command.name.split(" ").length);
  if (command.passesOn) return passedOnTo(raw);
  const rows = Object.entries({ ...everywhere, ...command.options });
  const declared = rows.map(([name, { value, many }]) => {
    const type = value === undefined ? ("boolean" as const) : ("string" as const);
    return [name, { type, multiple: many ?? false }] as const;
  });
  const { values, positionals } = parsed(raw, Object.fromEntries(declared));
  const all = (name: string) => [values[name] ?? []].flat().map(String);
  return {
    raw,
    words: positionals,
    options: all,
    option: (name) => all(name)[0],
    has: (name) => values[name] === true,
  };
}

/** Another program reads the words; all but where the local cloud keeps its data is its own affair. */
function passedOnTo(typed: readonly string[]): Given {
  const at = typed.indexOf("--local");
  const folder = at < 0 ? undefined : typed[at + 1];
  const raw = at < 0 ? typed : typed.toSpliced(at, 2);
  const option = (name: string) => (name === "local" ? folder : undefined);
  return { raw, words: [], option, options: () => [], has: () => false };
}

function parsed(args: readonly string[], options: NonNullable<Parameters<typeof parseArgs>[0]>["options"]) {
  try {
    return parseArgs({ args: [...args], options: options ?? {}, allowPositionals: true });
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
}
