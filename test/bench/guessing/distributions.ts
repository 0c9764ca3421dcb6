// What is made of times: the middle, the slow end, and whether one kind could be told from another by them.

/** The nearest rank: a value that was measured, and none between two of them. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

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

/** By how much that probability strays by chance, where both kinds are one (its standard error). */
export function straying(these: number, those: number): number {
  return Math.sqrt((these + those + 1) / (12 * these * those));
}
