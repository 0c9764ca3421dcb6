// Maps users of Firebase (`firebase auth:export users.json`), with the project's scrypt parameters from the console.

import { firstOf, listIn, type Mapped, mapped, phcBase64, type Source, timeOf } from './source-user.ts';

/** The project's scrypt parameters, which become part of each hash. Keys and separator are in standard base64. */
export type FirebaseHashConfig = {
  readonly signerKey: string;
  readonly saltSeparator: string;
  readonly rounds: number;
  readonly memoryCost: number;
};

/**
 * Reads the console's text (`base64_signer_key: …`, one parameter a line), or the same as JSON.
 *
 * @throws Error that says what is missing and never quotes the input, which is secret.
 */
export function readFirebaseHashConfig(text: string): FirebaseHashConfig {
  const of = (name: string) =>
    new RegExp(`\\b${name}"?\\s*[:=]\\s*"?([A-Za-z0-9+/_=-]+)`).exec(text)?.[1] ?? '';
  const config = {
    signerKey: standard(of('base64_signer_key')),
    saltSeparator: standard(of('base64_salt_separator')),
    rounds: Number(of('rounds')),
    memoryCost: Number(of('mem_cost')),
  };
  if (!config.signerKey || !(config.rounds > 0) || !(config.memoryCost > 0))
    throw new Error(
      'The hash configuration must have base64_signer_key, base64_salt_separator, rounds and mem_cost, as the Firebase console shows them.',
    );
  return config;
}

export function fromFirebase(user: Source, config: FirebaseHashConfig | undefined): Mapped {
  const hash = firstOf(user['passwordHash']);
  if (hash !== undefined && !config)
    return { refused: '/passwordHash needs --hash-config, the parameters that the Firebase console shows' };
  const provided = listIn(user['providerUserInfo'])[0] as Source | undefined;
  return mapped(
    {
      id: user['localId'],
      email: user['email'],
      email_verified: user['emailVerified'],
      password_hash: hash === undefined || !config ? undefined : hashOf(hash, user['salt'], config),
      name: firstOf(user['displayName'], provided?.['displayName']),
      photo: firstOf(user['photoUrl'], provided?.['photoUrl']),
      created_at: timeOf(user['createdAt']),
      disabled: user['disabled'] === true,
      // Custom claims, as text.
      app_metadata: user['customAttributes'],
    },
    { hadSecondFactor: listIn(user['mfaInfo']).length > 0 },
  );
}

/** Supabase's string form of Firebase's hashes (src/passwords/stored-hash.ts). */
function hashOf(hash: unknown, salt: unknown, config: FirebaseHashConfig): string {
  const { signerKey, saltSeparator, rounds, memoryCost } = config;
  const parameters = `v=1,n=${memoryCost},r=${rounds},p=1,ss=${saltSeparator},sk=${signerKey}`;
  return `$fbscrypt$${parameters}$${phcBase64(salt)}$${phcBase64(hash)}`;
}

function standard(base64: string): string {
  return base64.replaceAll('-', '+').replaceAll('_', '/');
}
