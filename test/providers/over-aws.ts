import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import type { SendResult } from "../../functions/providers/provider.ts";
import type { Recorder } from "../platform/aws.fixture.ts";

/** A provider whose one call goes to AWS, and what AWS says to it. */
export interface OverAws {
  readonly aws: () => Recorder;
  /** Sends a message to where the environment says. */
  readonly send: (environment: Recorder["environment"]) => Promise<SendResult>;
  readonly says: (status: number, body: object | string) => void;
  /** AWS fails by itself, in its own words. */
  readonly fails: () => void;
}

/** What holds for every message that is sent by one call of AWS. */
export function sendsByOneCall({ aws, send, says, fails }: OverAws): void {
  const now = () => send(aws().environment);

  it("that a server error may have taken is not known, and is not sent again", async () => {
    fails();
    expect(await now()).toEqual({ is: "unknown", reason: "http-500" });
    says(503, "<html>down</html>");
    expect(await now()).toEqual({ is: "unknown", reason: "http-503" });
    expect(aws().arrived).toHaveLength(2);
  });

  it("whose connection breaks after it was sent is not known", async () => {
    aws().answers.push((response) => response.destroy());
    expect(await now()).toEqual({ is: "unknown", reason: "reply-lost" });
    says(200, "not JSON");
    expect(await now()).toEqual({ is: "unknown", reason: "reply-lost" });
    says(200, {});
    expect(await now()).toEqual({ is: "unknown", reason: "no-name" });
  });

  it("is known not to be sent when nobody is there", async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const nowhere = { ...aws().environment, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
    expect(await send(nowhere)).toEqual({
      is: "busy",
      reason: "cannot-connect",
      retryAfterSeconds: 5,
      isOutage: true,
    });
  });
}
