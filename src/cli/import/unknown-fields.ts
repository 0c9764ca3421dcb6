// Fields that a line has and that nobody would read: what is dropped without a word may be that a user was disabled.

/** Why we have no such field, by its name without case and signs. */
const reasons: Readonly<Record<string, string>> = {
  id: 'ids are not kept: users get ids of ours, and an application maps its own by address',
  ...Object.fromEntries(
    ['enabled', 'disabled', 'blocked', 'banned', 'active', 'isactive'].map((field) => [
      field,
      'accounts cannot be disabled yet: leave the lines of disabled users out, or they could sign in',
    ]),
  ),
};

/** A sentence for the fields that are not known, or none. Names are the operator's own, and shortened. */
export function refuseUnknown(given: object, known: readonly string[]): string[] {
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length === 0) return [];
  const told = unknown.slice(0, 10).map((name) => {
    const meant = known.find((field) => simplified(field) === simplified(name));
    const more = meant ? `is it ${meant}?` : reasons[simplified(name)];
    return `/${name.slice(0, 60)} is not known${more ? ` (${more})` : ''}`;
  });
  return [...told, `known are ${known.join(', ')}`];
}

function simplified(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}
