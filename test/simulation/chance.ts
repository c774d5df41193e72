/** A number from 0 up to 1 that is always the same for the same seed and name, and unlike that of any other name. */
export function chanceOf(seed: number, name: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < name.length; index += 1)
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
  // FNV alone leaves names that differ at the end close together.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Chooses one of a list by seed and name. */
export function choiceOf<T>(list: readonly [T, ...T[]], seed: number, name: string): T {
  return list[Math.floor(chanceOf(seed, name) * list.length)] ?? list[0];
}

/** A number between two others by seed and name. */
export function between(low: number, high: number, seed: number, name: string): number {
  return low + chanceOf(seed, name) * (high - low);
}
