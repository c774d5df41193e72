import type { KnipConfig } from "knip";

const config: KnipConfig = {
  entry: [
    "bin/*.{ts,mjs}",
    "functions/**/*.{api,queue,step,schedule,webhook}.ts",
    "local/lambda.worker.ts",
    "local/carriers/page.ts",
    "test/simulation/{run,worker}.ts",
    "bench/pace/{run,worker}.ts",
    "bench/speed/{run,part,fuzz.worker}.ts",
    "bench/cost/run.ts",
    "test/**/*.test.ts",
  ],
  project: ["{bin,lib,functions,local,test,bench}/**/*.{ts,mjs}"],
  ignoreExportsUsedInFile: true,
  // Loaded by name at run time: the local tables have no types.
  ignoreDependencies: ["dynalite"],
};

export default config;
