/** A state machine in Amazon States Language. */
export type Definition = Record<string, unknown>;

/** Two states: three transitions for everybody who waits for the same instant. */
export function failoverDefinition(stepFunctionArn: string): Definition {
  return {
    Comment: "Waits for an instant, then takes everybody along who still waits for it.",
    QueryLanguage: "JSONata",
    StartAt: "Wait",
    States: {
      Wait: {
        Type: "Wait",
        Timestamp: "{% $fromMillis($states.context.Execution.Input.at) %}",
        Next: "MoveOn",
      },
      MoveOn: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: {
          FunctionName: stepFunctionArn,
          Payload: {
            at: "{% $states.context.Execution.Input.at %}",
            part: "{% $states.context.Execution.Input.part %}",
            parts: "{% $states.context.Execution.Input.parts %}",
            isRepeat: "{% $states.context.State.RetryCount > 0 %}",
          },
        },
        // One that was cut off or could not move everybody finds the others still waiting.
        Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 5, BackoffRate: 2 }],
        End: true,
      },
    },
  };
}
