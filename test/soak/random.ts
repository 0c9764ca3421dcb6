// Chance that is the same twice: one seed, one run of choices, as far as the machine's timing lets two runs be alike.

export type Random = {
  /** From 0 to 1. */
  next(): number;
  between(least: number, most: number): number;
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  shuffled<T>(from: readonly T[]): T[];
  /** A number of its own for each name: what one draws changes nothing for another. */
  of(name: string): Random;
};

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  /** Mulberry32. */
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    chance: (share) => next() < share,
    pick: (from) => from[Math.floor(next() * from.length)] as never,
    shuffled: (from) =>
      from
        .map((item) => ({ item, place: next() }))
        .sort((one, other) => one.place - other.place)
        .map(({ item }) => item),
    of(name) {
      let mixed = seed >>> 0;
      for (const character of name) mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193);
      return randomFrom(mixed);
    },
  };
}
