// Challenges of passkeys: sealed, so that asking for one costs no round trip and keeps nothing. The statement that takes an
// answer spends its challenge, once.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { base64url } from 'jose';
import { digestOf } from '../encoding.ts';
import { idempotentCallSeconds, passkeyChallengeSeconds } from '../lifetimes.ts';
import type { DataKeys } from '../tokens/data-keys.ts';
import { open, type SealedPurpose, seal } from '../tokens/sealed.ts';

/** What an answer may be used for, and by whom. */
export type ChallengeUse =
  | { readonly purpose: 'passkey-registration'; readonly userId: string; readonly sessionId: string }
  | { readonly purpose: 'passkey-sign-in' }
  | { readonly purpose: 'passkey-second-factor'; readonly authSessionId: string };

export type OpenedChallenge = {
  readonly hash: string;
  /** Otherwise it is only good for a repeat of the call that spent it. */
  readonly isFresh: boolean;
  /** Until when a repeat may come. */
  readonly keptUntil: Date;
};

/** WebAuthn, section 13.4.3: at least 16 bytes that nobody can foretell. */
const randomLength = 16;
const randomCharacters = 22;

/** The challenge of the options: base64url without padding. */
export function sealChallenge(
  dataKeys: DataKeys,
  use: ChallengeUse,
  now: Date,
  randomBytes: (length: number) => Uint8Array,
): Promise<string> {
  return seal(dataKeys, use.purpose satisfies SealedPurpose, {
    subject: base64url.encode(randomBytes(randomLength)) + holderOf(use),
    expiresAt: Math.floor(now.getTime() / 1000) + passkeyChallengeSeconds,
  });
}

/** @returns undefined for what we did not seal for this use, or what has expired. Never throws on untrusted input. */
export async function openChallenge(
  dataKeys: DataKeys,
  use: ChallengeUse,
  challenge: string,
  now: Date,
): Promise<OpenedChallenge | undefined> {
  const earlier = new Date(now.getTime() - idempotentCallSeconds * 1000);
  const sealed = await open(dataKeys, use.purpose, challenge, earlier);
  if (sealed?.subject.slice(randomCharacters) !== holderOf(use)) return undefined;
  return {
    hash: await digestOf(challenge),
    isFresh: sealed.expiresAt > now.getTime() / 1000,
    keptUntil: new Date((sealed.expiresAt + idempotentCallSeconds) * 1000),
  };
}

/**
 * A common table expression `challenge`: one row where this call may use it, which is the first one, or a repeat of the one
 * that spent it. Of two at once the second waits for the first.
 *
 * @param spentCall what only a repeat has as well: the hash of its Idempotency-Key, or an id of its own where it has none.
 * @param onlyIf a condition without which it is not spent.
 */
export function spentChallenge(
  { hash, isFresh, keptUntil }: OpenedChallenge,
  spentCall: SQL | string,
  onlyIf: SQL = sql`true`,
): SQL {
  const isRepeat = sql`
    exists (select from spent_challenges s where s.challenge_hash = ${hash} and s.spent_call = ${spentCall}::text)`;
  return sql`
    challenge as (
      insert into spent_challenges as c (challenge_hash, spent_call, expires_at)
      select ${hash}, ${spentCall}::text, ${keptUntil.toISOString()}::timestamptz
      where ${onlyIf} and (${isFresh}::boolean or ${isRepeat})
      on conflict (challenge_hash) do update set spent_call = excluded.spent_call
      where c.spent_call = excluded.spent_call
      returning 1
    )`;
}

function holderOf(use: ChallengeUse): string {
  if (use.purpose === 'passkey-registration') return `${use.userId} ${use.sessionId}`;
  return use.purpose === 'passkey-second-factor' ? use.authSessionId : '';
}
