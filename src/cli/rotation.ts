// How a set of signing keys changes without anybody noticing: publish, sign, retire, each no earlier than is safe. Decides
// from the set and the time alone; what it knows of the past is written on the keys themselves.

import { calculateJwkThumbprint } from 'jose';
import { accessTokenSeconds, keySetCacheSeconds, refreshTokenSeconds } from '../lifetimes.ts';
import type { PrivateJwk } from '../tokens/private-key-set.ts';

export type Kind = 'access' | 'refresh';

/** RFC 7517, section 4, lets a JWK have further members; the service reads none of them and publishes none. Seconds since 1970. */
export type KeptKey = PrivateJwk & {
  /** When it was entered in the set. */
  readonly published_at?: number;
  /** When another key began to sign in its place. */
  readonly superseded_at?: number;
};

export type KeptSet = { readonly keys: readonly KeptKey[] };

/** What is not done, because somebody's token would be refused; the message says when it may be. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** By then a new secret has reached every isolate, and the clocks of the machines that take part differ by less. */
export const deploymentSeconds = 5 * 60;

/** From the entry in the set: until then somebody may check with an older copy of the JWKS. */
export const signAfterSeconds = keySetCacheSeconds + deploymentSeconds;

/**
 * From the end of signing: until then a token of this key may be valid.
 *
 * @param configured the longest lifetime that is set for such tokens anywhere, in seconds.
 */
export function retireAfterSeconds(kind: Kind, configured = 0): number {
  const usual = kind === 'access' ? accessTokenSeconds : refreshTokenSeconds;
  return Math.max(usual, configured) + deploymentSeconds;
}

export type State = 'signing' | 'published' | 'superseded';

/** The first key signs; of the others, those that have signed are marked. An unmarked one of unknown age has perhaps signed. */
export function stateOf({ keys }: KeptSet, key: KeptKey): State {
  if (key === keys[0]) return 'signing';
  return key.published_at !== undefined && key.superseded_at === undefined ? 'published' : 'superseded';
}

export type Step =
  | { readonly step: 'publish' }
  | { readonly step: 'sign' | 'retire'; readonly key: KeptKey; readonly from: number };

/** What may be done next, and from when on; a key that waits to sign comes before one that waits to go. */
export function nextSteps(set: KeptSet, kind: Kind, now: number, configuredSeconds = 0): Step[] {
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

/** The first set of a service, or one in place of all before it: then every token out there is refused. */
export async function newSet(key: PrivateJwk, now: number): Promise<KeptSet> {
  return { keys: [await entered(key, now)] };
}

/**
 * The next stage of a rotation: enters the fresh key, which then verifies but does not sign; or lets the key that was
 * entered sign.
 *
 * @throws RefusedError when the entered key may still be unknown to somebody.
 */
export async function rotate(
  set: KeptSet,
  freshKey: () => Promise<PrivateJwk>,
  now: number,
): Promise<{ readonly step: 'publish' | 'sign'; readonly kid: string; readonly set: KeptSet }> {
  // A key that came from elsewhere without a mark counts as having signed until now.
  const marked = set.keys.map((key) =>
    stateOf(set, key) === 'superseded' ? { superseded_at: now, ...key } : key,
  );
  const waiting = set.keys.find((key) => stateOf(set, key) === 'published');
  if (!waiting) {
    const key = await entered(await freshKey(), now);
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
 * Takes out every key whose last token has expired.
 *
 * @throws RefusedError when there is none: then each of them is still needed.
 */
export function retire(
  set: KeptSet,
  kind: Kind,
  now: number,
  configuredSeconds = 0,
): { readonly kids: readonly string[]; readonly set: KeptSet } {
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
 * @param published the `kid`s of the JWKS that the service shows now.
 * @throws RefusedError when the set in hand is not the one in service: a step from there would take a living key away.
 */
export function refuseAnotherSet(set: KeptSet, published: readonly string[]): void {
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

/** `kid` is the thumbprint of RFC 7638, so that a key has one name however often it is entered. */
async function entered(key: PrivateJwk, now: number): Promise<KeptKey> {
  return { ...key, kid: await calculateJwkThumbprint(key), published_at: now };
}
