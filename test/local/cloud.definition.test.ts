import { describe, expect, it } from "vitest";
import { readDefinition } from "../../local/state-language.ts";

const task = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: "arn:aws:lambda:us-east-1:000000000000:function:Step", Payload: {} },
  End: true,
};

describe("a definition", () => {
  const text = (more: object) =>
    JSON.stringify({
      QueryLanguage: "JSONata",
      StartAt: "Dispatch",
      States: { Dispatch: { ...task, ...more } },
    });

  it("is read when it is of the kind that runs here", () => {
    expect(readDefinition(text({})).StartAt).toBe("Dispatch");
  });

  it.each([
    ["InputPath", { InputPath: "$.a" }, /InputPath/],
    ["TimeoutSeconds", { TimeoutSeconds: 5 }, /TimeoutSeconds/],
    ["a token to wait for", { Resource: `${task.Resource}.waitForTaskToken` }, /no other yet/],
    ["a state of another type", { Type: "Map" }, /no other yet/],
    ["a catch", { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Dispatch" }] }, /Catch/],
  ])("is refused with %s", (_, more, why) => {
    expect(() => readDefinition(text(more))).toThrow(why);
  });

  it("is refused with a wait that leads nowhere", () => {
    const Dispatch = { Type: "Wait", Timestamp: "2026-11-23T17:00:00Z", Next: "Gone" };
    const leading = { QueryLanguage: "JSONata", StartAt: "Dispatch", States: { Dispatch } };
    expect(() => readDefinition(JSON.stringify(leading))).toThrow(/Gone/);
  });

  it("is refused in JSONPath", () => {
    expect(() => readDefinition(text({}).replace("JSONata", "JSONPath"))).toThrow(/JSONata/);
  });
});
