// Whether one kind of answer could be told from another by its times.

/**
 * Mann and Whitney's U as a probability: that a time of `these` is longer than one of `those`, where an even one counts
 * half. 0.5: nobody can tell them apart, however the times are distributed.
 */
export function probabilityOfLonger(these: readonly number[], those: readonly number[]): number {
  const wins = these.reduce(
    (sum, one) => sum + those.reduce((won, other) => won + (one > other ? 1 : one === other ? 0.5 : 0), 0),
    0,
  );
  return wins / (these.length * those.length);
}

/**
 * By how much that probability strays by chance, where both kinds are one: its standard deviation when the runs in which
 * the times were taken are dealt out anew. Whole runs, because what slows one time slows its neighbours as well.
 */
export function straying(these: readonly number[], those: readonly number[], runLength: number): number {
  const runs = [these, those].flatMap((times) =>
    times.flatMap((_, index) => (index % runLength ? [] : [times.slice(index, index + runLength)])),
  );
  const deals = Array.from({ length: 100 }, () => {
    const dealt = shuffled(runs);
    const half = dealt.length / 2;
    return (probabilityOfLonger(dealt.slice(0, half).flat(), dealt.slice(half).flat()) - 0.5) ** 2;
  });
  return Math.sqrt(deals.reduce((sum, square) => sum + square, 0) / deals.length);
}

export function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
