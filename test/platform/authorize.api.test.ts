import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { APIGatewayRequestAuthorizerEventV2, Context } from "aws-lambda";
import { ScanCommand } from "../../functions/platform/dynamo.store.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashOfKey, newApiKey } from "../../functions/platform/api-key.ts";
import { type ApiKeyStore, apiKeyStore } from "../../functions/platform/api-key.store.ts";
import { type Aws, startAws } from "../aws.ts";
import { noon } from "../make.ts";

let aws: Aws;
let keys: ApiKeyStore;
let authorize: (authorization: string) => Promise<unknown>;
beforeAll(async () => {
  aws = await startAws();
  keys = apiKeyStore(aws.tables, "Catalog");
  const { handler } = await import("../../functions/platform/authorize.api.ts");
  authorize = async (authorization) =>
    handler(
      { headers: { authorization } } as unknown as APIGatewayRequestAuthorizerEventV2,
      { getRemainingTimeInMillis: () => 1000 } as Context,
    );
});
afterAll(() => aws.stop());

const secret = newApiKey(new Uint8Array(32).fill(1));
const stranger = newApiKey(new Uint8Array(32).fill(2));
const run = (...words: string[]) =>
  promisify(execFile)(process.execPath, ["bin/key.ts", ...words, "--table", "Catalog"]);

describe("the door of the API", () => {
  it("opens for a key that is kept, and says whose it is", async () => {
    const scopes = ["messages:write", "contacts:read"];
    await keys.keep(hashOfKey(secret), { keyId: "key_1", name: "laptop", scopes, createdAt: noon });
    const context = { keyId: "key_1", scopes: "messages:write contacts:read", limit: "6000" };
    expect(await authorize(`Bearer ${secret}`)).toEqual({ isAuthorized: true, context });
  });

  it.each([`Bearer ${stranger}`, "Bearer", "", secret, `Bearer ${hashOfKey(secret)}`])(
    "stays closed for %s",
    async (header) => {
      expect(await authorize(header)).toEqual({
        isAuthorized: false,
        context: { keyId: "", scopes: "", limit: "" },
      });
    },
  );
});

describe("npm run key", () => {
  it("shows a new key once and keeps only its fingerprint", async () => {
    const { stdout } = await run("create", "--name", "ci");
    const made = stdout.split("\n")[0] ?? "";
    expect(await authorize(`Bearer ${made}`)).toMatchObject({ isAuthorized: true });
    const { Items } = await aws.tables.send(new ScanCommand({ TableName: "Catalog" }));
    expect(JSON.stringify(Items)).toContain(hashOfKey(made));
    expect(JSON.stringify(Items)).not.toContain(made);
    expect((await run("list")).stdout).not.toContain(made);
  });

  it("ends a key by its id", async () => {
    const { stdout } = await run("create", "--name", "stolen", "--days", "90");
    const [made = ""] = stdout.split("\n");
    const keyId = /key_\w+/.exec(stdout)?.[0] ?? "";
    await run("revoke", "--id", keyId);
    expect(await authorize(`Bearer ${made}`)).toMatchObject({ isAuthorized: false });
    expect((await run("list")).stdout).toMatch(new RegExp(`${keyId}\\tstolen\\t.*revoked`));
    await expect(run("revoke", "--id", "key_nobody")).rejects.toMatchObject({ code: 1 });
  });
});
