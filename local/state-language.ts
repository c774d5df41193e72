/** A state of the kind we deploy: a task that waits for its token. */
export interface State {
  readonly Type: "Task";
  readonly Resource: string;
  readonly Arguments: unknown;
  readonly TimeoutSeconds?: number | string;
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly IntervalSeconds?: number;
    readonly MaxAttempts?: number;
    readonly BackoffRate?: number;
  }[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly Assign?: Record<string, unknown>;
    readonly Next: string;
  }[];
  readonly End?: true;
}

/** A state machine in Amazon States Language, JSONata only. */
export interface Definition {
  readonly QueryLanguage: "JSONata";
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const machineFields = new Set(["Comment", "QueryLanguage", "StartAt", "States"]);
const stateFields = new Set([
  "Type",
  "Resource",
  "Arguments",
  "TimeoutSeconds",
  "Retry",
  "Catch",
  "End",
  "Comment",
]);
const waitForToken = "arn:aws:states:::lambda:invoke.waitForTaskToken";

/** Reads a definition and refuses whatever this interpreter would not run exactly as AWS does. */
export function readDefinition(text: string): Definition {
  const definition = JSON.parse(text) as Definition;
  if (definition.QueryLanguage !== "JSONata") throw new Error("Only state machines in JSONata run locally");
  refuseForeign(definition, machineFields, "the machine");
  for (const [name, state] of Object.entries(definition.States)) {
    if (state.Type !== "Task" || state.Resource !== waitForToken) {
      throw new Error(
        `State ${name} is no task that waits for its token: the local interpreter knows no other yet`,
      );
    }
    refuseForeign(state, stateFields, `state ${name}`);
    if (!state.End) throw new Error(`State ${name} must end the execution when it succeeds`);
    for (const { Next } of state.Catch ?? [])
      if (!(Next in definition.States)) throw new Error(`State ${name} goes on to ${Next}, which is missing`);
  }
  return definition;
}

function refuseForeign(value: object, known: ReadonlySet<string>, where: string): void {
  const foreign = Object.keys(value).find((field) => !known.has(field));
  if (foreign) throw new Error(`The local interpreter does not know ${foreign} in ${where}`);
}
