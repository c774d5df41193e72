import type { MessagePort } from "node:worker_threads";

/** Posts what comes together in one go: waking a thread costs more than what it is told. */
export function gatheredPosts<T>(port: MessagePort): (one: T) => void {
  let gathered: T[] = [];
  const post = () => {
    const all = gathered;
    gathered = [];
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    port.postMessage(all);
  };
  return (one) => {
    if (gathered.push(one) === 1) setImmediate(post);
  };
}
