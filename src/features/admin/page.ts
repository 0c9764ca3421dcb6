// What the lists of operators share.

/** Rows, where the request does not say. */
export const operatorsPage = 25;

/** The parameters of a page that the next one has as well. */
export function given(parameters: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
