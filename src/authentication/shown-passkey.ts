// Checks a passkey against its row. That it is still the user's, and the challenge unused, the statement decides.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { base64url } from 'jose';
import type { Dependencies } from '../context.ts';
import { bytesOfBase64url } from '../encoding.ts';
import { challengeOf } from '../factors/client-data.ts';
import type { PasskeyKey } from '../factors/cose-key.ts';
import { type AssertionCredential, verifyAssertion } from '../factors/passkey.ts';
import { passkeyOrigins } from '../factors/relying-party.ts';
import { Problem } from '../problems.ts';
import { type SignInMethod, textArray } from '../sessions/state.ts';
import {
  type ChallengeUse,
  type OpenedChallenge,
  openChallenge,
  spentChallenge,
} from './passkey-challenge.ts';

/** Of the row of a passkey. */
export type StoredPasskey = {
  readonly passkey_id: string;
  readonly user_id: string;
  readonly public_key: PasskeyKey;
  readonly backup_eligible: boolean;
};

/** The columns of `StoredPasskey`, of a row of `passkeys`. */
export const storedPasskey = sql.raw('p.id as passkey_id, p.user_id, p.public_key, p.backup_eligible');

/** A passkey whose signature was right. */
export type ShownPasskey = {
  readonly passkeyId: string;
  readonly challenge: OpenedChallenge;
  readonly method: SignInMethod;
  readonly signCount: number;
  readonly backedUp: boolean;
};

/** The reason is for developers: nothing in it is secret, and an origin that is not listed is a common mistake. */
export function passkeyRefused(reason: string, members: Record<string, unknown> = {}): Problem {
  return new Problem('passkey-not-accepted', { detail: `The passkey was refused: ${reason}.`, members });
}

/** In the one spelling that is stored. */
export function credentialIdOf({ id }: Pick<AssertionCredential, 'id'>): string {
  return base64url.encode(bytesOfBase64url(id) ?? new Uint8Array());
}

/** To be called before anything is asked of the database. @throws Problem `passkey-not-accepted`. */
export async function challengeFor(
  { dataKeys, now }: Pick<Dependencies, 'dataKeys' | 'now'>,
  { response }: AssertionCredential,
  use: ChallengeUse,
): Promise<OpenedChallenge> {
  const challenge = challengeOf(response);
  const opened = challenge === undefined ? undefined : await openChallenge(dataKeys, use, challenge, now());
  if (!opened) throw passkeyRefused('its challenge is none of ours for this, or too old');
  return opened;
}

/** @throws Problem `passkey-not-accepted`. */
export async function shownPasskey(
  { config }: Pick<Dependencies, 'config'>,
  credential: AssertionCredential,
  challenge: OpenedChallenge,
  stored: StoredPasskey,
): Promise<ShownPasskey> {
  const rpId = config.passkeyRpId;
  const verified = await verifyAssertion(
    credential,
    { publicKey: stored.public_key, backupEligible: stored.backup_eligible, userId: stored.user_id },
    { challenge: challengeOf(credential.response) ?? '', origins: passkeyOrigins(config), rpId },
  );
  if (verified.outcome === 'refused') throw passkeyRefused(verified.reason);
  const { userVerified, backupEligible, signCount, backedUp } = verified;
  return {
    passkeyId: stored.passkey_id,
    challenge,
    // RFC 8176: a key that can leave its device is one in software. With user verification it is two factors.
    method: {
      amr: [backupEligible ? 'swk' : 'hwk', 'user', ...(userVerified ? ['mfa'] : [])],
      acr: userVerified ? 'aal2' : 'aal1',
    },
    signCount,
    backedUp,
  };
}

/**
 * Common table expressions `challenge` and `used` (`amr`, `acr`): one row where the user still has the passkey, and the challenge
 * was not used by another call.
 *
 * @param of the name of a common table expression with `user_id`, of a user whose row is locked.
 */
export function usedPasskey(
  of: string,
  { passkeyId, challenge, method, signCount, backedUp }: ShownPasskey,
  { call, now }: { readonly call: string; readonly now: Date },
): SQL {
  const owner = sql.raw(of);
  return sql`
    ${spentChallenge(challenge, call, sql`exists (select from ${owner})`)},
    used as (
      update passkeys p
      set sign_count = greatest(p.sign_count, ${signCount}::bigint), backed_up = ${backedUp}, last_used_at = ${now.toISOString()}
      from ${owner} o, challenge
      where p.id = ${passkeyId} and p.user_id = o.user_id and p.removed_at is null
      returning ${textArray(method.amr)} as amr, ${method.acr}::text as acr
    )`;
}
