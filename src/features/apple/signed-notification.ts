// Checks the signature of a notification, as Apple signs ID tokens.

import { errors, jwtVerify } from 'jose';
import { retryAfterSeconds } from '../../bounds.ts';
import type { Dependencies } from '../../context.ts';
import { type AppleNotification, readAppleNotification } from '../../factors/apple-notification.ts';
import { appleNotificationSeconds, clockToleranceSeconds } from '../../lifetimes.ts';
import { Problem } from '../../problems.ts';
import { KeysUnavailableError } from '../../tokens/remote-keys.ts';

/** @throws Problem `id-token-not-accepted`, or `service-unavailable` where Apple's keys are not to be had: then Apple sends it again. */
export async function signedNotification(
  { config, providerKeys, now }: Pick<Dependencies, 'config' | 'providerKeys' | 'now'>,
  payload: string,
): Promise<AppleNotification> {
  const [provider, keys] = [config.identityProviders.get('apple'), providerKeys.get('apple')];
  if (!provider || !keys) throw new Problem('way-not-enabled');
  try {
    const { payload: claims } = await jwtVerify(payload, keys, {
      algorithms: ['RS256'],
      issuer: [...provider.issuers],
      audience: [...provider.audiences],
      requiredClaims: ['exp'],
      maxTokenAge: appleNotificationSeconds,
      clockTolerance: clockToleranceSeconds,
      currentDate: now(),
    });
    const notification = readAppleNotification(claims);
    // An ID token has no events.
    if (!notification) throw refused('it is no notification (jti, events)');
    return notification;
  } catch (error) {
    if (error instanceof KeysUnavailableError)
      throw new Problem('service-unavailable', { retryAfterSeconds, cause: error });
    if (error instanceof errors.JOSEError) throw refused(reasonOf(error));
    throw error;
  }
}

const refused = (reason: string) =>
  new Problem('id-token-not-accepted', { detail: `The notification was refused: ${reason}.` });

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed)
    return `its claim is not as it should be (${error.claim})`;
  return 'it is not signed by Apple';
}
