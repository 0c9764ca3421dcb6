// Notifications of Apple's, signed as its ID tokens are, with the claims that it documents.

import { startIssuers } from '../identities/issuer.ts';
import type { Service } from '../service.ts';

type Claims = Readonly<Record<string, unknown>>;

/** What only an ID token has. */
const ofIdTokens = {
  sub: undefined,
  email: undefined,
  email_verified: undefined,
  is_private_email: undefined,
  c_hash: undefined,
  auth_time: undefined,
  nonce_supported: undefined,
};

/** @returns what makes one. An event is of the time of the service, unless it says another. */
export function startNotifier(service: Service): (event: unknown, claims?: Claims) => Promise<string> {
  const { apple } = startIssuers(service);
  return (event, claims) => {
    const told =
      event !== null && typeof event === 'object' && !Array.isArray(event)
        ? { event_time: service.clock.now.getTime(), ...event }
        : event;
    return apple.token({
      ...ofIdTokens,
      jti: crypto.randomUUID(),
      events: JSON.stringify(told),
      ...claims,
    });
  };
}
