// Keys for development, generated once and stored in the data folder. Never use them in production: they are stored
// unencrypted.
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';

/** JSON of a JWK Set with one key for each binding of the same name. */
export type DevelopmentKeys = { ACCESS_TOKEN_KEYS: string; REFRESH_TOKEN_KEYS: string; DATA_KEYS: string };

/** Reads the keys from `directory`, which must exist; generates and stores them on the first call. */
export async function developmentKeys(directory: string): Promise<DevelopmentKeys> {
  const file = join(directory, 'keys.json');
  const stored = await readFile(file, 'utf8').catch(() => undefined);
  const read: Partial<DevelopmentKeys> = JSON.parse(stored ?? '{}');
  const keys = {
    ACCESS_TOKEN_KEYS: read.ACCESS_TOKEN_KEYS ?? (await newKeySet()),
    REFRESH_TOKEN_KEYS: read.REFRESH_TOKEN_KEYS ?? (await newKeySet()),
    DATA_KEYS: read.DATA_KEYS ?? newDataKeySet(),
  };
  if (read.DATA_KEYS !== undefined) return keys;
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(keys), { mode: 0o600 });
  await rename(unfinished, file);
  return keys;
}

async function newKeySet(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk); // RFC 7638
  return JSON.stringify({ keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] });
}

function newDataKeySet(): string {
  const k = randomBytes(32).toString('base64url');
  return JSON.stringify({ keys: [{ kty: 'oct', kid: randomUUID(), k }] });
}
