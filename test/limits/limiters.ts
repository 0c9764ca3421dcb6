// What the platform binds to limit rates, as far as a test needs it.

import { expect } from 'vitest';

/** Counts by key; within the limit up to `most` of each. */
export function limitOf(most: number, { matching = /^/ }: { readonly matching?: RegExp } = {}) {
  const counts = new Map<string, number>();
  return {
    counts,
    async limit({ key }: { key: string }) {
      if (!matching.test(key)) return { success: true };
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return { success: count <= most };
    },
  };
}

/** Every binding the same. */
export function everyLimit(limiter: ReturnType<typeof limitOf>) {
  return {
    LOGIN_LIMIT: limiter,
    MAIL_LIMIT: limiter,
    ADDRESS_LIMIT: limiter,
    WRITE_LIMIT: limiter,
  };
}

export const tooMany = {
  status: 429,
  body: {
    type: expect.stringMatching(/\/problems\/too-many-requests$/),
    retryable: true,
    discard_credentials: false,
  },
  trips: 0,
};
