// Checks a notification of Apple's, which is signed as its ID tokens are.

import { retryAfterSeconds } from '../../bounds.ts';
import type { Dependencies } from '../../context.ts';
import { type AppleNotification, checkAppleNotification } from '../../factors/apple-notification.ts';
import { Problem } from '../../problems.ts';
import { verifiedClaims } from '../../tokens/id-token-signature.ts';

/**
 * @throws Problem `way-not-enabled`, `id-token-not-accepted`, or `service-unavailable` where Apple's keys are not to be had: Apple
 *   sends it again.
 */
export async function signedNotification(
  { config, providerKeys, now }: Pick<Dependencies, 'config' | 'providerKeys' | 'now'>,
  payload: string,
): Promise<AppleNotification> {
  const [provider, keys] = [config.identityProviders.get('apple'), providerKeys.get('apple')];
  if (!provider || !keys) throw new Problem('way-not-enabled');
  const signed = await verifiedClaims(keys, payload);
  switch (signed.outcome) {
    case 'unavailable':
      throw new Problem('service-unavailable', { retryAfterSeconds, cause: signed.cause });
    case 'unknown-key':
      throw refused('Apple shows no such key (kid)');
    case 'refused':
      throw refused(signed.reason);
    default: {
      const checked = checkAppleNotification(signed.claims, provider, now().getTime() / 1000);
      if (checked.outcome === 'refused') throw refused(checked.reason);
      return checked.notification;
    }
  }
}

function refused(reason: string): Problem {
  return new Problem('id-token-not-accepted', { detail: `The notification was refused: ${reason}.` });
}
