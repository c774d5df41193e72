import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** JSON as templates have it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A resource of a synthesized template, its values not resolved yet. */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly path: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, Json>>;
}

/** What was synthesized: all resources of all stacks in the order of their stacks. */
export interface Assembly {
  readonly resources: readonly Resource[];
  readonly outputs: readonly {
    readonly stack: string;
    readonly name: string;
    readonly value: Json;
    readonly exportName?: Json;
  }[];
  /** Folder of a function's code by the key it would have in the asset bucket. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Template {
  readonly Resources?: Record<
    string,
    { Type: string; Properties?: Record<string, Json>; Metadata?: Record<string, string> }
  >;
  readonly Outputs?: Record<string, { Value: Json; Export?: { Name: Json } }>;
}

/** Reads a cloud assembly as `cdk synth` leaves it. */
export function readAssembly(folder: string): Assembly {
  const manifest = read<{
    artifacts: Record<string, { type: string; properties?: { templateFile?: string; file?: string } }>;
  }>(folder, "manifest.json");
  const artifacts = Object.entries(manifest.artifacts);
  const stacks = artifacts.filter(([, { type }]) => type === "aws:cloudformation:stack");
  const templates = stacks.map(([stack, { properties }]) => ({
    stack,
    template: read<Template>(folder, properties?.templateFile ?? ""),
  }));
  const resources = templates.flatMap(({ stack, template }) =>
    Object.entries(template.Resources ?? {}).map(([logicalId, { Type, Properties = {}, Metadata = {} }]) => ({
      stack,
      logicalId,
      path: Metadata["aws:cdk:path"] ?? logicalId,
      type: Type,
      properties: Properties,
    })),
  );
  const outputs = templates.flatMap(({ stack, template }) =>
    Object.entries(template.Outputs ?? {}).map(([name, { Value, Export }]) => ({
      stack,
      name,
      value: Value,
      ...(Export && { exportName: Export.Name }),
    })),
  );
  const manifests = artifacts.filter(([, { type }]) => type === "cdk:asset-manifest");
  const assets = new Map(manifests.flatMap(([, { properties }]) => assetsIn(folder, properties?.file ?? "")));
  return { resources, outputs, assets };
}

interface AssetManifest {
  readonly files?: Record<
    string,
    { source: { path?: string }; destinations: Record<string, { objectKey: string }> }
  >;
}

function assetsIn(folder: string, file: string): [string, string][] {
  return Object.values(read<AssetManifest>(folder, file).files ?? {}).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ objectKey }): [string, string] => [
      objectKey,
      resolve(folder, source.path ?? ""),
    ]),
  );
}

function read<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(join(folder, file), "utf8")) as T;
}
