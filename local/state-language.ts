/** A state of the kinds we deploy: a wait until an instant, or a task that invokes a function. */
export type State = Wait | Task;

/** Waits until an instant. */
export interface Wait {
  readonly Type: "Wait";
  readonly Timestamp: string;
  readonly Next: string;
}

/** Invokes a function. */
export interface Task {
  readonly Type: "Task";
  readonly Resource: string;
  readonly Arguments: unknown;
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly IntervalSeconds?: number;
    readonly MaxAttempts?: number;
    readonly BackoffRate?: number;
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
const stateFields = {
  Task: new Set(["Type", "Resource", "Arguments", "Retry", "End", "Comment"]),
  Wait: new Set(["Type", "Timestamp", "Next", "Comment"]),
} as const;
const invoke = "arn:aws:states:::lambda:invoke";

/** Reads a definition and refuses whatever this interpreter would not run exactly as AWS does. */
export function readDefinition(text: string): Definition {
  const definition = JSON.parse(text) as Definition;
  if (definition.QueryLanguage !== "JSONata") throw new Error("Only state machines in JSONata run locally");
  refuseForeign(definition, machineFields, "the machine");
  for (const [name, state] of Object.entries(definition.States)) {
    refuseUnknown(name, state);
    if (state.Type === "Wait" && !(state.Next in definition.States))
      throw new Error(`State ${name} goes on to ${state.Next}, which is missing`);
  }
  return definition;
}

function refuseUnknown(name: string, state: State): void {
  const isTask = state.Type === "Task" && state.Resource === invoke;
  if (!isTask && state.Type !== "Wait") {
    throw new Error(
      `State ${name} neither waits nor invokes a function: the local interpreter knows no other yet`,
    );
  }
  refuseForeign(state, stateFields[state.Type], `state ${name}`);
  if (state.Type === "Task" && !state.End)
    throw new Error(`State ${name} must end the execution when it succeeds`);
}

function refuseForeign(value: object, known: ReadonlySet<string>, where: string): void {
  const foreign = Object.keys(value).find((field) => !known.has(field));
  if (foreign) throw new Error(`The local interpreter does not know ${foreign} in ${where}`);
}
