// Log flooding: says a thing that many requests run into once in a while.

/** Calls `say` at most once in this time, with the number of calls since the last one that it was not told of. */
export function rarely<Fields extends object>(
  say: (fields: Fields & { readonly not_logged_since_the_last: number }) => void,
  { seconds, now }: { readonly seconds: number; readonly now: () => Date },
): (fields: Fields) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  let others = 0;

  return (fields) => {
    const time = now().getTime();
    if (time - saidAt < seconds * 1000) {
      others += 1;
      return;
    }
    say({ ...fields, not_logged_since_the_last: others });
    saidAt = time;
    others = 0;
  };
}
