// What is made of samples.

export function median(samples: readonly number[]): number {
  return percentile(samples, 50);
}

/** The nearest rank: a value that was measured, and none between two of them. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}
