import type { Heliograph } from "../../client/client.ts";
import type { Paint } from "./paint.ts";

/** An option of a command. */
export interface Option {
  readonly does: string;
  /** What stands for the value in the help; an option without it is a switch. */
  readonly value?: string;
  readonly many?: true;
  /** Values there are, for completion. */
  readonly oneOf?: readonly string[];
}

/** One thing the command line does, as data: dispatch, help and completion read the same row. */
export interface Command {
  /** Its words: `contact add`. */
  readonly name: string;
  readonly does: string;
  /** What follows the words, as the help writes it: `<contact> [text]`. */
  readonly takes?: string;
  readonly options?: Readonly<Record<string, Option>>;
  /** What one would type, without the program's name. */
  readonly examples: readonly string[];
  /** Hands everything after the words to another program. */
  readonly passesOn?: true;
  readonly run: (given: Given, using: Using) => Promise<number | void>;
}

/** What was typed after a command's words. */
export interface Given {
  readonly words: readonly string[];
  readonly option: (name: string) => string | undefined;
  readonly options: (name: string) => readonly string[];
  readonly has: (name: string) => boolean;
  /** Everything as it was typed. */
  readonly raw: readonly string[];
}

/** What commands work with. */
export interface Using {
  readonly api: () => Heliograph;
  readonly place: () => Place;
  readonly screen: Screen;
  readonly environment: Environment;
  /** Ends with Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Settings of the shell. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where Heliograph answers. */
export interface Place {
  readonly url: string;
  readonly key: string;
  /** Folder of the local cloud that answers there. @default - it is not on this machine */
  readonly folder?: string;
}

/** Where results are shown. */
export interface Screen {
  readonly paint: Paint;
  readonly isJson: boolean;
  /** Shows an answer: as JSON when that is asked for, else as people read it. */
  readonly show: (answer: unknown, text: () => string) => void;
  /** A line of its own, whatever else is shown. */
  readonly line: (text: string) => void;
  /** Says how far a long work has come; only people get to see it. */
  readonly progress: (text: string) => void;
  /** A line for people beside the results. */
  readonly note: (text: string) => void;
}

/** What was typed cannot be meant. */
export class WrongUsage extends Error {
  override readonly name = "WrongUsage";
}

/** A word that the command cannot do without. */
export function wordOf(given: Given, place: number, name: string): string {
  const word = given.words[place];
  if (!word) throw new WrongUsage(`<${name}> is missing.`);
  return word;
}

/** An option that the command cannot do without. */
export function needed(given: Given, name: string): string {
  const value = given.option(name);
  if (!value) throw new WrongUsage(`--${name} is missing.`);
  return value;
}

/** A word out of a closed set. */
export function oneOf<T extends string>(word: string, words: readonly T[], name: string): T {
  const found = words.find((one) => one === word);
  if (found === undefined) throw new WrongUsage(`${name} is one of ${words.join(", ")}, not ${word}.`);
  return found;
}

/** The two sides of an option's `name=value`. */
export function pairIn(word: string, option: string): [name: string, value: string] {
  const at = word.indexOf("=");
  if (at < 1) throw new WrongUsage(`--${option} takes name=value.`);
  return [word.slice(0, at), word.slice(at + 1)];
}
