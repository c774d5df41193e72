import type { KnipConfig } from "knip";

const config: KnipConfig = {
  entry: [
    "bin/*.{ts,mjs}",
    "bin/command/main.ts",
    "functions/**/*.{api,queue,step,schedule,webhook}.ts",
    "client/client.ts",
    "local/lambda.worker.ts",
    "local/carriers/page.ts",
    "test/simulation/{run,worker}.ts",
    "test/{fuzz,dynamodb-local}/run.ts",
    "bench/{pace,failover}/{run,worker}.ts",
    "bench/pace/backlog.worker.ts",
    "bench/speed/{run,part,fuzz.worker,null.server,remembering.server}.ts",
    "bench/end-to-end/*.process.ts",
    "bench/cost/run.ts",
    "bench/throughput/{run,*.process}.ts",
    "bench/throughput/contenders/*.{ts,mjs}",
    "test/**/*.test.ts",
  ],
  project: ["{bin,client,lib,functions,local,test,bench}/**/*.{ts,mjs}"],
  ignoreExportsUsedInFile: true,
  // Loaded by name at run time: the local tables have no types. The others are in bench/package.json, for the comparison only.
  ignoreBinaries: ["java", "mvn"],
  ignoreDependencies: ["dynalite", "bottleneck", "bullmq", "ioredis", "rate-limiter-flexible"],
};

export default config;
