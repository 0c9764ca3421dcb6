import { expect, test } from 'vitest';
import { secretIn } from '../../src/local/secrets.ts';

const part = 'abcdefghijklmnopqrstuvwx';

test.for([
  ['a signed token', `{"cause":"Error: eyJhbGciOiJSUzI1NiJ9.eyJqdGkiOiJ4LjEifQ.${part}"}`],
  ['the private part of a key', `{"kty":"RSA","d":"${part}"}`],
  ['the private part of a key', JSON.stringify({ cause: JSON.stringify({ p: part }) })],
  ['the password of a connection', 'cannot reach postgresql://app:xyz@db.example.test/app'],
  ['the password of a connection', 'cannot reach smtps://app:xyz@mail.example.test'],
  ['a link of a mail', `GET /verify-email?token=${part} 200`],
  ['a code of a mail', '{"email":"ada@example.test","code":"123456"}'],
  ['the hash of a password', `$argon2id$v=19$m=19456,t=2,p=1$${part}`],
  ['the hash of a password', `$wp$2y$10$${part}`],
  ['the hash of a password', `pbkdf2_sha256$1800000$${part}`],
  ['the hash of a password', `$fbscrypt$v=1,n=14,r=8,p=1,sk=${part}`],
  ['the hash of a password', `$P$B${part}123456`],
  ['the hash of a password', `$6$salt$${part}`],
] as const)('%s is found in what is printed', ([kind, text]) => {
  expect(secretIn(text)).toBe(kind);
});

test('a line of the log, a shape that is explained and the code of an error are none', () => {
  for (const text of [
    '{"level":"info","event":"request","request_id":"01a210f5-983c-7693-9021-9a30b635b1d5","status":200}',
    'must look like postgresql://user:password@host/database',
    'must look like smtp://user:password@host:587',
    '{"code":"40001"}',
  ])
    expect(secretIn(text)).toBeUndefined();
});
