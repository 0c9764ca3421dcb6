// Refuses unknown fields. A field that is silently dropped might be the one that says that a user was disabled.

/** Why there is no such field, by its name in lower case without punctuation. */
const reasons: Readonly<Record<string, string>> = Object.fromEntries([
  ...['blocked', 'banned', 'suspended'].map((field) => [field, 'is it disabled?']),
  ...['enabled', 'active', 'isactive'].map((field) => [field, 'the opposite of disabled']),
]);

/**
 * Describes the unknown fields; empty if there are none. Field names are the operator's input, so they are truncated.
 */
export function describeUnknownFields(given: object, known: readonly string[]): string[] {
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length === 0) return [];
  const sentences = unknown.slice(0, 10).map((name) => {
    const meant = known.find((field) => simplified(field) === simplified(name));
    const more = meant ? `is it ${meant}?` : reasons[simplified(name)];
    return `/${name.slice(0, 60)} is not known${more ? ` (${more})` : ''}`;
  });
  return [...sentences, `known are ${known.join(', ')}`];
}

function simplified(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}
