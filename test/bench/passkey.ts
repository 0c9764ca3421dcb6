// A passkey that answers at once: one key (ES256), under an id of its own for each user.

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { coseOf } from '../passkeys/authenticator.ts';
import { issuer } from './settings.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = publicKey.export({ format: 'jwk' });

export const rpId = new URL(issuer).hostname;

/** As the service keeps it. */
export const passkeyJwk = { alg: 'ES256', kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y };
/** As it comes from an authenticator. */
export const passkeyCose = coseOf('ES256', jwk);

/** An expression over `n`, and the same by itself. It is base64url as it stands. */
export const credentialIdIn = `'passkey-' || lpad(n::text, 8, '0')`;
const credentialIdOf = (user: number) => `passkey-${String(user).padStart(8, '0')}`;

/** User present and verified; synchronized. It does not count. */
const authenticatorData = Buffer.concat([sha256(rpId), Buffer.from([0x1d, 0, 0, 0, 0])]);

/** An `AuthenticationResponseJSON`. */
export function assertion(user: number, challenge: string) {
  const client = JSON.stringify({ type: 'webauthn.get', challenge, origin: issuer, crossOrigin: false });
  const id = credentialIdOf(user);
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      clientDataJSON: Buffer.from(client).toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: sign('sha256', Buffer.concat([authenticatorData, sha256(client)]), privateKey).toString(
        'base64url',
      ),
    },
    clientExtensionResults: {},
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
