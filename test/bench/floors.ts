// What an endpoint cannot do without, by which its floor is named: an answer that has its id, its log line and its security
// headers, an RS256 check, a row read by its key, a user read with the session that must not have ended, a row changed, an RS256
// signature, an Argon2id hash, an ES256 check. That of a passkey has another key each time, which has to be imported.

export type Step = 'answer' | 'check' | 'query' | 'session' | 'write' | 'sign' | 'hash' | 'es256';

/** Those that an endpoint is compared with, and those that say what a part of it costs. */
export const combinations: readonly (readonly Step[])[] = [
  ['answer'],
  ['check'],
  ['query'],
  ['session'],
  ['write'],
  ['sign', 'sign'],
  ['hash'],
  ['es256'],
  ['check', 'query'],
  ['check', 'session'],
  ['check', 'write'],
  ['query', 'sign', 'sign'],
  ['write', 'sign', 'sign'],
  ['check', 'write', 'sign', 'sign'],
  ['hash', 'write'],
  ['query', 'hash', 'write', 'sign', 'sign'],
  ['query', 'es256', 'write', 'sign', 'sign'],
];
