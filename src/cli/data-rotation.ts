// How the set of data keys changes: a new key comes first and seals, and the older ones stay for as long as anything that they
// sealed is good. Decides from the set and the time alone, as rotation.ts does for the keys that sign.

import { randomBytes, randomUUID } from 'node:crypto';
import { knownDeviceSeconds } from '../lifetimes.ts';
import { type DataJwk, DataKeySet } from '../tokens/data-keys.ts';
import { deploymentSeconds, RefusedError, timeOf } from './rotation.ts';

/** Further members of a JWK, which the service does not read (RFC 7517, section 4). Seconds since 1970. */
export type KeptDataKey = DataJwk & { readonly published_at?: number; readonly superseded_at?: number };

export type KeptDataSet = { readonly keys: readonly KeptDataKey[] };

/** From the end of sealing: a device is known for a year, and everything else that is sealed or mailed lives shorter. */
export const retireDataAfterSeconds = knownDeviceSeconds + deploymentSeconds;

/** @throws Error that says what is wrong and nothing of what was read. */
export function readDataSet(text: string): KeptDataSet {
  const { data, error } = DataKeySet.safeParse(text);
  if (!data) throw new Error(`DATA_KEYS ${error.issues[0]?.message}.`);
  const written = (JSON.parse(text) as KeptDataSet).keys;
  return {
    keys: data.keys.map((key, index) => ({ ...key, ...timesOf(written[index] ?? key) })),
  };
}

export function newDataSet(now: number): KeptDataSet {
  return { keys: [newKey(now)] };
}

export function rotateData(set: KeptDataSet, now: number): KeptDataSet {
  // A key of unknown past counts as having sealed until now.
  return { keys: [newKey(now), ...set.keys.map((key) => ({ superseded_at: now, ...key }))] };
}

/** @throws RefusedError when there is none that may go: then something that each of them sealed may still be good. */
export function retireData(
  set: KeptDataSet,
  now: number,
): { readonly kids: readonly string[]; readonly set: KeptDataSet } {
  const older = set.keys.slice(1);
  const gone = older.filter((key) => retirementOf(key) <= now);
  if (gone.length > 0) {
    return { kids: gone.map(({ kid }) => kid), set: { keys: set.keys.filter((key) => !gone.includes(key)) } };
  }
  const [first] = older.toSorted((one, other) => retirementOf(one) - retirementOf(other));
  if (!first)
    throw new RefusedError('The only key of this set seals: there is none to retire. Rotate first.');
  if (first.superseded_at === undefined) {
    throw new RefusedError(
      `Nothing says when ${first.kid} last sealed. A rotation enters the time; then it can be retired after that.`,
    );
  }
  throw new RefusedError(
    `${first.kid} sealed until ${timeOf(first.superseded_at)}, and a device is known for a year: it would be a stranger's ` +
      `again, open to the guesses of strangers. It may go from ${timeOf(retirementOf(first))} on.`,
  );
}

export function describeData({ keys }: KeptDataSet, now: number): string {
  const rows = keys.map(({ kid, published_at, superseded_at }, index) => {
    const since = index === 0 ? published_at : superseded_at;
    return `${kid}  256 bits  ${index === 0 ? 'seals' : 'superseded'}${since === undefined ? '' : ` (${timeOf(since)})`}`;
  });
  const steps = keys.slice(1).map((key) => {
    const from = retirementOf(key);
    const due = Number.isFinite(from) ? `from ${timeOf(from)} on` : 'a year after the next rotation';
    return `  retire  takes out ${key.kid}: ${from <= now ? 'due now' : due}`;
  });
  return `${rows.join('\n')}\nNext:\n${['  rotate  lets a new key seal, whenever you like', ...steps].join('\n')}\n`;
}

function retirementOf({ superseded_at }: KeptDataKey): number {
  return superseded_at === undefined ? Number.POSITIVE_INFINITY : superseded_at + retireDataAfterSeconds;
}

/** Its name is no thumbprint: of a symmetric key that is a hash of the secret (RFC 7638, section 7). */
function newKey(now: number): KeptDataKey {
  return { kty: 'oct', kid: randomUUID(), k: randomBytes(32).toString('base64url'), published_at: now };
}

function timesOf({ published_at, superseded_at }: KeptDataKey) {
  return {
    ...(typeof published_at === 'number' && { published_at }),
    ...(typeof superseded_at === 'number' && { superseded_at }),
  };
}
