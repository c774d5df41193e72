// Loads one bundle as Lambda does when a function starts cold, and says what that cost; a fresh process for each number.
const before = process.cpuUsage();
const { handler } = await import(process.argv[2]);
const { user, system } = process.cpuUsage(before);
if (typeof handler !== "function") throw new Error("This bundle has no handler");
process.send(user + system);
