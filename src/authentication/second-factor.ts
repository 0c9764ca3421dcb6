// Checks a code of a second factor against what the account has. That it works once, the statement decides
// (sessions/second-factor.ts).

import type { Dependencies } from '../context.ts';
import { matchingRecoveryCode } from '../factors/recovery-codes.ts';
import { matchingStep } from '../factors/totp.ts';
import type { ShownFactor } from '../sessions/second-factor.ts';
import { openTotpSecret } from '../tokens/totp-secret.ts';

/** What a request may bring: one of them. */
export type GivenCode = { readonly totp?: string | undefined; readonly recovery_code?: string | undefined };

/** The secret that is on; null where the account has none. */
export type StoredFactor = { readonly totp_id: string | null; readonly totp_secret: string | null };

/** By the names of the fields. */
export const codeFactors = ['totp', 'recovery_code'] as const;

export function hasCode({ totp, recovery_code }: GivenCode): boolean {
  return totp !== undefined || recovery_code !== undefined;
}

/**
 * Undefined where the code is wrong, or there is none.
 *
 * @param stored.isRepeat the call was good before, and its time may be over now.
 */
export async function shownFactor(
  { dataKeys, now }: Pick<Dependencies, 'dataKeys' | 'now'>,
  stored: StoredFactor & { readonly userId: string; readonly isRepeat: boolean },
  { totp, recovery_code: recoveryCode }: GivenCode,
): Promise<ShownFactor | undefined> {
  const { userId, totp_id: totpId, totp_secret: sealed } = stored;
  if (totpId === null || sealed === null) return undefined;
  if (stored.isRepeat && hasCode({ totp, recovery_code: recoveryCode })) return { kind: 'repeated', totpId };
  const secret = await openTotpSecret(dataKeys, userId, sealed);
  // Only where a data key was taken out too early: nobody's code is right then, and an operator has to see it.
  if (!secret) throw new Error('A second factor is sealed under a data key that is gone');
  if (totp !== undefined) {
    const step = await matchingStep(secret.totp, totp, now());
    return step === undefined ? undefined : { kind: 'totp', totpId, step };
  }
  if (recoveryCode === undefined) return undefined;
  const index = await matchingRecoveryCode(secret.recovery, recoveryCode);
  return index === undefined ? undefined : { kind: 'recovery-code', totpId, index };
}
