import { gunzipSync, gzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import Negotiator from "negotiator";

/** A long text that does not change, in a tenth of its length: gzip as base64. */
export function packed(text: string): string {
  return gzipSync(text, { level: 9 }).toString("base64");
}

/** Answers with such a text; it is unpacked by whoever reads it, or here for those who say that they cannot. */
export function answerPacked(
  content: string,
  headers: Readonly<Record<string, string>>,
  { headers: asked = {} }: Pick<Partial<APIGatewayProxyEventV2>, "headers">,
): APIGatewayProxyStructuredResultV2 {
  const common = { ...headers, vary: "accept-encoding" };
  if (new Negotiator({ headers: asked }).encodings(["gzip"]).length === 0)
    return { statusCode: 200, headers: common, body: gunzipSync(Buffer.from(content, "base64")).toString() };
  return {
    statusCode: 200,
    headers: { ...common, "content-encoding": "gzip" },
    body: content,
    isBase64Encoded: true,
  };
}
