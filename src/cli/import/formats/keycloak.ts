// Maps users of Keycloak: of a realm export (`kc.sh export`), which includes credentials.

import {
  firstOf,
  listIn,
  localeIn,
  type Mapped,
  mapped,
  objectIn,
  phcBase64,
  type Source,
  timeOf,
} from './source-user.ts';

const pbkdf2: Readonly<Record<string, string>> = {
  pbkdf2: 'pbkdf2-sha1',
  'pbkdf2-sha256': 'pbkdf2-sha256',
  'pbkdf2-sha512': 'pbkdf2-sha512',
};

export function fromKeycloak(user: Source): Mapped {
  const credentials = listIn(user['credentials']).map(objectIn);
  const password = credentials.find(({ type }) => type === 'password');
  const hash = password && hashOf(password);
  if (typeof hash === 'object') return hash;
  const names = [user['firstName'], user['lastName']].filter((name) => typeof name === 'string' && name);
  return mapped(
    {
      id: user['id'],
      email: user['email'],
      email_verified: user['emailVerified'],
      password_hash: hash,
      name: firstOf(names.join(' '), user['username']),
      photo: undefined,
      locale: localeIn(listIn(objectIn(user['attributes'])['locale'])[0]),
      created_at: timeOf(user['createdTimestamp']),
      disabled: user['enabled'] === false,
      // Admins alone write those that the realm does not say its users may edit.
      app_metadata: user['attributes'],
    },
    {
      hadSecondFactor:
        user['totp'] === true || credentials.some(({ type }) => type === 'otp' || type === 'webauthn'),
    },
  );
}

function hashOf(password: Source): string | { refused: string } {
  const [secret, how] = [objectIn(password['secretData']), objectIn(password['credentialData'])];
  const [salt, tag] = [phcBase64(secret['salt']), phcBase64(secret['value'])];
  const algorithm = String(how['algorithm'] ?? '');
  const iterations = how['hashIterations'];
  const identifier = pbkdf2[algorithm];
  if (identifier)
    return `$${identifier}$i=${iterations},l=${Buffer.from(tag, 'base64').length}$${salt}$${tag}`;
  if (algorithm === 'argon2') {
    const more = objectIn(how['additionalParameters']);
    const one = (name: string) => listIn(more[name])[0];
    // Keycloak writes RFC 9106's version 0x13 (19) as 1.3.
    const version = one('version') === '1.3' ? 19 : 16;
    return `$argon2${one('type')}$v=${version}$m=${one('memory')},t=${iterations},p=${one('parallelism')}$${salt}$${tag}`;
  }
  if (algorithm === 'bcrypt') return String(secret['value']);
  return { refused: '/credentials has a password of another algorithm than pbkdf2, argon2 and bcrypt' };
}
