/** A state machine in Amazon States Language. */
export type Definition = Record<string, unknown>;

const invocationTrouble = [
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
];

/** One state that comes back to itself: two transitions when the first step is seen, one more for each further step. */
export function messageDefinition(stepFunctionArn: string): Definition {
  const step = "$exists($step) ? $step : $states.context.Execution.Input.first";
  // A last step waits for nobody: its function ends the wait itself, the seconds are for the case that it cannot.
  const wait = `{% ($wait := $states.context.Execution.Input.waits[${step}]; $wait > 0 ? $wait : 60) %}`;
  return {
    Comment: "Starts a step of a message, waits for proof, goes on to the next step when none comes in time.",
    QueryLanguage: "JSONata",
    StartAt: "Dispatch",
    States: {
      Dispatch: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Arguments: {
          FunctionName: stepFunctionArn,
          Payload: {
            messageId: "{% $states.context.Execution.Input.messageId %}",
            step: `{% ${step} %}`,
            taskToken: "{% $states.context.Task.Token %}",
          },
        },
        TimeoutSeconds: wait,
        Retry: [
          { ErrorEquals: invocationTrouble, IntervalSeconds: 1, MaxAttempts: 4, BackoffRate: 2 },
          // What tells that an attempt failed is caught below; a function that died is asked again.
          { ErrorEquals: ["StepFailed"], MaxAttempts: 0 },
          { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2 },
        ],
        Catch: [
          {
            ErrorEquals: ["States.Timeout", "StepFailed"],
            Assign: { step: `{% (${step}) + 1 %}` },
            Next: "Dispatch",
          },
        ],
        End: true,
      },
    },
  };
}

/** Two states: three transitions for everybody who waits for the same instant. */
export function cohortDefinition(stepFunctionArn: string): Definition {
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
