// Rotation of data keys: a new key encrypts from the start, and older keys stay as long as anything that they
// encrypted is valid. Pure functions of the set and the time, as in rotation.ts for signing keys.

import { randomBytes, randomUUID } from 'node:crypto';
import { knownDeviceSeconds } from '../lifetimes.ts';
import { type DataJwk, DataKeySet } from '../tokens/data-keys.ts';
import { deploymentSeconds, RefusedError, timeOf } from './rotation.ts';

/** Additional JWK members, which the service ignores (RFC 7517, section 4). Seconds since 1970. */
export type ManagedDataKey = DataJwk & { readonly published_at?: number; readonly superseded_at?: number };

export type ManagedDataKeySet = { readonly keys: readonly ManagedDataKey[] };

/**
 * Counted from when the key stopped encrypting. Known-device markers are valid for a year; everything else that a client
 * holds or that is mailed expires sooner. What is kept in the database is encrypted anew by the cron trigger, a million
 * secrets in four days; whether it is, `retire` can ask (sealed-secrets.ts).
 */
export const retireDataAfterSeconds = knownDeviceSeconds + deploymentSeconds;

/** @throws Error that says what is wrong and never quotes the input, which is secret. */
export function readDataSet(text: string): ManagedDataKeySet {
  const { data, error } = DataKeySet.safeParse(text);
  if (!data) throw new Error(`DATA_KEYS ${error.issues[0]?.message}.`);
  const written = (JSON.parse(text) as ManagedDataKeySet).keys;
  return {
    keys: data.keys.map((key, index) => ({ ...key, ...timesOf(written[index] ?? key) })),
  };
}

export function newDataSet(now: number): ManagedDataKeySet {
  return { keys: [newKey(now)] };
}

export function rotateData(set: ManagedDataKeySet, now: number): ManagedDataKeySet {
  // A key without timestamps counts as having encrypted until now.
  return { keys: [newKey(now), ...set.keys.map((key) => ({ superseded_at: now, ...key }))] };
}

/** Removes keys that nothing valid depends on. @throws RefusedError when there is none. */
export function retireData(
  set: ManagedDataKeySet,
  now: number,
): { readonly kids: readonly string[]; readonly set: ManagedDataKeySet } {
  const older = set.keys.slice(1);
  const retired = older.filter((key) => retirementOf(key) <= now);
  if (retired.length > 0) {
    return {
      kids: retired.map(({ kid }) => kid),
      set: { keys: set.keys.filter((key) => !retired.includes(key)) },
    };
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

export function describeData({ keys }: ManagedDataKeySet, now: number): string {
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

function retirementOf({ superseded_at }: ManagedDataKey): number {
  return superseded_at === undefined ? Number.POSITIVE_INFINITY : superseded_at + retireDataAfterSeconds;
}

/** The `kid` is random: a thumbprint of a symmetric key would be a hash of the secret (RFC 7638, section 7). */
function newKey(now: number): ManagedDataKey {
  return { kty: 'oct', kid: randomUUID(), k: randomBytes(32).toString('base64url'), published_at: now };
}

function timesOf({ published_at, superseded_at }: ManagedDataKey) {
  return {
    ...(typeof published_at === 'number' && { published_at }),
    ...(typeof superseded_at === 'number' && { superseded_at }),
  };
}
