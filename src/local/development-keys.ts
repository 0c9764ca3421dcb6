// Keys for development, made once and kept in the data folder. Never a production key: they lie on a disk in the clear.
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';

/** JWK Sets as JSON, of one key each, as the bindings of the same names take them. */
export type DevelopmentKeys = { ACCESS_TOKEN_KEYS: string; REFRESH_TOKEN_KEYS: string; DATA_KEYS: string };

/** Reads the keys from `directory`, which exists, and makes them where there are none yet. */
export async function developmentKeys(directory: string): Promise<DevelopmentKeys> {
  const file = join(directory, 'keys.json');
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  const read: Partial<DevelopmentKeys> = JSON.parse(kept ?? '{}');
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
