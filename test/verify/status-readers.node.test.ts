import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { bitsOf, compress, statusListSize, statusListUri } from '../../src/tokens/status-list.ts';
import { issueStatusList } from '../../src/tokens/status-list-token.ts';
import { expected } from './forgeries.ts';
import { newKey } from './new-key.ts';

// Status lists in another language, by nothing of ours: Debian's Python with PyJWT, as README of src/verify shows it.

const python = '/usr/bin/python3';
const program = join(import.meta.dirname, 'verifiers/status_list.py');
const isThere = spawnSync(python, ['-c', 'import jwt, cryptography']).status === 0;

const keys = await importKeySet([await newKey(), await newKey()]);
const uri = statusListUri(expected.issuer, 3);
const now = Math.floor(Date.now() / 1000);
const lst = await compress(bitsOf([0, 9, 70_001, statusListSize - 1]));
const list = { uri, issuedAt: now, expiresAt: now + 300, ttl: 15, lst };

const at = (idx: unknown, where = uri) => ({ status: { status_list: { idx, uri: where } } });
const tokens = {
  'the first': [at(0), 'ended'],
  'the second': [at(1), 'active'],
  'another byte': [at(9), 'ended'],
  'within a byte': [at(70_001), 'ended'],
  'its neighbour': [at(70_000), 'active'],
  'the last': [at(statusListSize - 1), 'ended'],
  'out of bounds': [at(statusListSize), 'refused'],
  'below the first': [at(-1), 'refused'],
  'of another list': [at(0, statusListUri(expected.issuer, 4)), 'refused'],
  'of another service': [at(0, 'https://evil.example.test/status/3'), 'refused'],
  'of a version without lists': [{}, 'active'],
} as const;

function read(token: string): Record<string, string> {
  const run = spawnSync(python, [program], {
    input: JSON.stringify({
      jwks: { keys: keys.publicKeys },
      issuer: expected.issuer,
      list: token,
      tokens: Object.fromEntries(Object.entries(tokens).map(([name, [claims]]) => [name, claims])),
    }),
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout);
}

test('Python reads a list as it is meant', async ({ skip }) => {
  skip(!isThere, 'not installed here: apt-get install python3-jwt python3-cryptography');
  const answers = Object.fromEntries(Object.entries(tokens).map(([name, [, answer]]) => [name, answer]));
  expect(read(await issueStatusList(keys, list))).toEqual(answers);
});

test('Python refuses lists that are none', async ({ skip }) => {
  skip(!isThere, 'not installed here: apt-get install python3-jwt python3-cryptography');
  const stranger = await importKeySet([await newKey(keys.signing.kid)]);
  const lists = [
    issueStatusList(stranger, list),
    issueStatusList(keys, { ...list, expiresAt: now - 10 }),
    new SignJWT({ sub: uri, iat: now, exp: now + 300, status_list: { bits: 1, lst } })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keys.signing.kid })
      .sign(keys.signing.key),
  ];
  for (const token of await Promise.all(lists))
    expect(read(token)).toMatchObject({ 'the first': 'refused', 'the second': 'refused' });
});
