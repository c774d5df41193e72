import { heliograph, HeliographProblem, HeliographUnreachable } from "../../client/client.ts";
import { commands } from "./all.ts";
import { type Command, type Environment, type Screen, WrongUsage } from "./command.ts";
import { NobodyFound } from "./contact-of.ts";
import { commandIn, givenTo } from "./given.ts";
import { helpFor, overview } from "./help.ts";
import { placeFor } from "./place.ts";

/** What the shell gets to know. */
const [done, refused, wrongUsage, nobodyAnswers] = [0, 1, 2, 3];

/** What a run of the command line works with. */
export interface Shell {
  readonly environment: Environment;
  readonly screenFor: (isJson: boolean) => Screen;
  /** Ends with Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Does what was typed; answers with the exit code. */
export async function run(typed: readonly string[], shell: Shell): Promise<number> {
  const { environment, signal } = shell;
  const command = commandIn(typed, commands);
  const screen = shell.screenFor(typed.includes("--json") && command?.passesOn !== true);
  if (!command) return unknown(typed, screen);
  if (isHelp(typed, command)) {
    screen.line(helpFor(command, screen.paint));
    return done;
  }
  try {
    const given = givenTo(command, typed);
    const place = () => placeFor(environment, given.option("local"));
    const using = { api: () => heliograph(place()), place, screen, environment, signal };
    return (await command.run(given, using)) ?? done;
  } catch (error) {
    if (signal.aborted) return done;
    return explained(error, command, screen);
  }
}

/** Programs that get the words passed on explain their own details. */
function isHelp(typed: readonly string[], { passesOn }: Command): boolean {
  return passesOn ? typed.length === 2 && typed[1] === "--help" : typed.includes("--help");
}

function unknown(typed: readonly string[], screen: Screen): number {
  const [first] = typed;
  if (first === undefined || first === "help" || first === "--help") {
    screen.line(overview(commands, screen.paint));
    return done;
  }
  const below = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (below.length > 0) {
    screen.note(overview(below, screen.paint));
    return wrongUsage;
  }
  screen.note(`There is no command ${first}; heliograph help lists them.`);
  return wrongUsage;
}

function explained(error: unknown, { name }: Command, { note, paint }: Screen): number {
  if (error instanceof WrongUsage) {
    note(`${paint.bad(error.message)} heliograph ${name} --help`);
    return wrongUsage;
  }
  if (error instanceof HeliographUnreachable) {
    note(
      `${paint.bad("Nobody answers.")} ${(error.cause as Error | undefined)?.message ?? ""} Is npm start running?`,
    );
    return nobodyAnswers;
  }
  if (error instanceof HeliographProblem || error instanceof NobodyFound || error instanceof SyntaxError) {
    note(paint.bad(error.message));
    return refused;
  }
  note(paint.bad(error instanceof Error ? error.message : String(error)));
  return refused;
}
