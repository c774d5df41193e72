import { describe, expect, it } from "vitest";
import { readDefinition } from "../../local/state-language.ts";

const task = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
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
    ["HeartbeatSeconds", { HeartbeatSeconds: 5 }, /HeartbeatSeconds/],
    ["a state of another type", { Type: "Map" }, /no other yet/],
    ["a catch that leads nowhere", { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Gone" }] }, /Gone/],
  ])("is refused with %s", (_, more, why) => {
    expect(() => readDefinition(text(more))).toThrow(why);
  });

  it("is refused in JSONPath", () => {
    expect(() => readDefinition(text({}).replace("JSONata", "JSONPath"))).toThrow(/JSONata/);
  });
});
