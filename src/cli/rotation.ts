// Rotation of signing keys without downtime: publish, sign, retire, each no earlier than is safe. Pure functions of
// the set and the time; the history is stored in timestamps on the keys.

import { calculateJwkThumbprint } from 'jose';
import { keySetCacheSeconds } from '../bounds.ts';
import { accessTokenSeconds, refreshTokenSeconds } from '../lifetimes.ts';
import type { PrivateJwk } from '../tokens/private-key-set.ts';

export type Kind = 'access' | 'refresh';

/**
 * Additional JWK members (RFC 7517, section 4), which the service neither reads nor publishes. Seconds since 1970.
 */
export type ManagedKey = PrivateJwk & {
  /** When the key was added to the set. */
  readonly published_at?: number;
  /** When another key replaced it as the signing key. */
  readonly superseded_at?: number;
};

export type ManagedKeySet = { readonly keys: readonly ManagedKey[] };

/** A step that is refused since valid tokens would be rejected. The message says when it will be possible. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** The time until a new secret has reached every isolate; also covers clock skew. */
export const deploymentSeconds = 5 * 60;

/** Counted from publication: before that a verifier may still use a cached JWKS without the key. */
export const signAfterSeconds = keySetCacheSeconds + deploymentSeconds;

/**
 * Counted from when the key stopped signing: before that one of its tokens may still be valid.
 *
 * @param configured the longest lifetime configured for such tokens, in seconds.
 */
export function retireAfterSeconds(kind: Kind, configured = 0): number {
  const usual = kind === 'access' ? accessTokenSeconds : refreshTokenSeconds;
  return Math.max(usual, configured) + deploymentSeconds;
}

export type State = 'signing' | 'published' | 'superseded';

/** The first key signs. A key without timestamps may have signed, so it counts as superseded. */
export function stateOf({ keys }: ManagedKeySet, key: ManagedKey): State {
  if (key === keys[0]) return 'signing';
  return key.published_at !== undefined && key.superseded_at === undefined ? 'published' : 'superseded';
}

export type Step =
  | { readonly step: 'publish' }
  | { readonly step: 'sign' | 'retire'; readonly key: ManagedKey; readonly from: number };

/** The next possible steps and their earliest times. Publishing and signing come before retiring. */
export function nextSteps(set: ManagedKeySet, kind: Kind, now: number, configuredSeconds = 0): Step[] {
  const of = (state: State) => set.keys.filter((key) => stateOf(set, key) === state);
  const sign = of('published').map((key) => ({
    step: 'sign' as const,
    key,
    from: (key.published_at ?? now) + signAfterSeconds,
  }));
  const retire = of('superseded').map((key) => ({
    step: 'retire' as const,
    key,
    from: (key.superseded_at ?? now) + retireAfterSeconds(kind, configuredSeconds),
  }));
  return [...(sign.length > 0 ? sign : [{ step: 'publish' as const }]), ...retire];
}

/** A set for a new service, or a replacement for every earlier key, which invalidates all existing tokens. */
export async function newSet(key: PrivateJwk, now: number): Promise<ManagedKeySet> {
  return { keys: [await publishedKey(key, now)] };
}

/**
 * The next stage of a rotation: publishes a new key, which then verifies but does not sign; or lets the published key
 * sign.
 *
 * @throws RefusedError when verifiers may still have a cached JWKS without the published key.
 */
export async function rotate(
  set: ManagedKeySet,
  freshKey: () => Promise<PrivateJwk>,
  now: number,
): Promise<{ readonly step: 'publish' | 'sign'; readonly kid: string; readonly set: ManagedKeySet }> {
  // A key without timestamps counts as having signed until now.
  const marked = set.keys.map((key) =>
    stateOf(set, key) === 'superseded' ? { superseded_at: now, ...key } : key,
  );
  const waiting = set.keys.find((key) => stateOf(set, key) === 'published');
  if (!waiting) {
    const key = await publishedKey(await freshKey(), now);
    return { step: 'publish', kid: key.kid, set: { keys: [...marked, key] } };
  }
  const from = (waiting.published_at ?? now) + signAfterSeconds;
  if (now < from) {
    throw new RefusedError(
      `${waiting.kid} was published at ${timeOf(waiting.published_at ?? now)}. Others may keep a JWKS without it for ` +
        `${keySetCacheSeconds / 60} minutes: its tokens would be refused. It may sign from ${timeOf(from)} on.`,
    );
  }
  const others = marked.filter((key) => key.kid !== waiting.kid);
  return {
    step: 'sign',
    kid: waiting.kid,
    set: {
      keys: [waiting, ...others.map((key, index) => (index === 0 ? { ...key, superseded_at: now } : key))],
    },
  };
}

/**
 * Removes every key whose last token has expired.
 *
 * @throws RefusedError when there is none.
 */
export function retire(
  set: ManagedKeySet,
  kind: Kind,
  now: number,
  configuredSeconds = 0,
): { readonly kids: readonly string[]; readonly set: ManagedKeySet } {
  const waits = nextSteps(set, kind, now, configuredSeconds).flatMap((step) =>
    step.step === 'retire' ? [step] : [],
  );
  const kids = waits.filter(({ from }) => from <= now).map(({ key }) => key.kid);
  if (kids.length > 0) return { kids, set: { keys: set.keys.filter((key) => !kids.includes(key.kid)) } };
  const [first] = waits.sort((one, other) => one.from - other.from);
  if (!first) {
    throw new RefusedError(
      'Every key of this set signs or is about to: there is none to retire. Rotate first.',
    );
  }
  if (first.key.superseded_at === undefined) {
    throw new RefusedError(
      `Nothing says when ${first.key.kid} last signed. A rotation enters the time; then it can be retired after that.`,
    );
  }
  throw new RefusedError(
    `${first.key.kid} signed until ${timeOf(first.key.superseded_at)}, and its tokens would be refused. ` +
      `It may go from ${timeOf(first.from)} on.`,
  );
}

/**
 * @param published the `kid`s of the JWKS that the service currently publishes.
 * @throws RefusedError when the given set is not the deployed one: a step from an old copy would remove a key in use.
 */
export function assertDeployedSet(set: ManagedKeySet, published: readonly string[]): void {
  const kids = set.keys.map((key) => key.kid);
  const missing = published.filter((kid) => !kids.includes(kid));
  const unpublished = kids.filter((kid) => !published.includes(kid));
  if (missing.length > 0) {
    throw new RefusedError(
      `The service has keys that this set lacks: it is an old copy (${missing.join(', ')}).`,
    );
  }
  if (unpublished.length > 0) {
    throw new RefusedError(
      `The service does not show ${unpublished.join(', ')}: put this set into the service first.`,
    );
  }
}

export function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}

/** The `kid` is the JWK thumbprint (RFC 7638), so that a key has the same name however often it is imported. */
async function publishedKey(key: PrivateJwk, now: number): Promise<ManagedKey> {
  return { ...key, kid: await calculateJwkThumbprint(key), published_at: now };
}
