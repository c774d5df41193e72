import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Cloud, type CloudOptions, startCloud } from "../../local/cloud.ts";
import { freePort } from "../../local/free-port.ts";

/** A template's resources by logical id. */
export type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
>;

/** A cloud that runs a small template, and what its functions noted down. */
export interface TestCloud {
  readonly cloud: Cloud;
  readonly notes: () => readonly Note[];
  /** Stops it and starts it again over the same data. */
  readonly restart: () => Promise<void>;
  /** Where the code of the functions lies. */
  readonly code: string;
}

/** One line of a function's notes. */
type Note = Readonly<Record<string, unknown>>;

/** Starts a cloud over a template and the code of its functions; it ends with the test. */
export async function aCloud(
  resources: Resources,
  code: Readonly<Record<string, string>>,
  options: Partial<CloudOptions> = {},
  outputs: Readonly<Record<string, { readonly Value: object }>> = {},
): Promise<TestCloud> {
  const folder = mkdtempSync(join(tmpdir(), "cloud-test-"));
  const noted = join(folder, "notes.jsonl");
  const assembly = anAssembly(folder, { Resources: resources, Outputs: outputs }, code);
  writeFileSync(noted, "");
  const start = async () =>
    startCloud({
      assembly,
      data: join(folder, "data"),
      port: await freePort(),
      environment: { NOTES: noted },
      ...options,
    });
  let cloud = await start();
  onTestFinished(async () => {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get cloud() {
      return cloud;
    },
    notes: () =>
      readFileSync(noted, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Note),
    restart: async () => {
      await cloud.stop();
      cloud = await start();
    },
    code: join(folder, "code"),
  };
}

/** Writes a cloud assembly of one stack, its code in place. */
function anAssembly(folder: string, template: object, code: Readonly<Record<string, string>>): string {
  const assembly = join(folder, "assembly");
  for (const name of ["assembly", "code"]) mkdirSync(join(folder, name), { recursive: true });
  for (const [name, text] of Object.entries(code))
    writeFileSync(join(folder, "code", `${name}.mjs`), noting + text);
  const write = (file: string, content: unknown) =>
    writeFileSync(join(assembly, file), JSON.stringify(content));
  write("manifest.json", {
    artifacts: {
      "Test.assets": { type: "cdk:asset-manifest", properties: { file: "assets.json" } },
      Test: { type: "aws:cloudformation:stack", properties: { templateFile: "template.json" } },
    },
  });
  write("assets.json", {
    files: { code: { source: { path: "../code" }, destinations: { here: { objectKey: "code.zip" } } } },
  });
  write("template.json", template);
  return assembly;
}

/** Every function's code can note something down. */
const noting = `
  import { appendFileSync } from "node:fs";
  import { setTimeout as pause } from "node:timers/promises";
  const note = (line) => appendFileSync(process.env.NOTES, JSON.stringify(line) + "\\n");
`;

/** A function whose code is the file of that name. */
export function aFunction(
  name: string,
  properties: Readonly<Record<string, unknown>> = {},
): Resources[string] {
  return {
    Type: "AWS::Lambda::Function",
    Properties: {
      Code: { S3Bucket: "assets", S3Key: "code.zip" },
      Handler: `${name}.handler`,
      Runtime: "nodejs24.x",
      Timeout: 20,
      ...properties,
    },
  };
}

/** The ARN of a resource of the template. */
export function arnOf(logicalId: string): { readonly "Fn::GetAtt": readonly [string, "Arn"] } {
  return { "Fn::GetAtt": [logicalId, "Arn"] };
}

/** How AWS clients of a test reach the cloud. */
export function clientFor(cloud: Cloud, service = "AWS_ENDPOINT_URL") {
  return {
    endpoint: cloud.environment[service] ?? "",
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  };
}

/** Looks again and again until something is so; a test that waits in vain ends by its own limit. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
