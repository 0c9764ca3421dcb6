// Idempotency-Keys of calls that spend what cannot be shown twice, such as an ID token: who had no answer shows it again, and
// the service has to see that it is the same call.

export type Repeats = ReturnType<typeof createRepeats>;

export function createRepeats(newKey: () => string) {
  let last: { readonly shown: string; readonly key: string } | undefined;

  return {
    /** @param shown what the call spends: while it is the same, so is the key, until a call has succeeded. */
    async keyed<T>(shown: string, call: (key: string) => Promise<T>): Promise<T> {
      if (last?.shown !== shown) last = { shown, key: newKey() };
      const result = await call(last.key);
      last = undefined;
      return result;
    },
  };
}
