// The Idempotency-Key of a call (draft-ietf-httpapi-idempotency-key-header): what it is held to, and what is kept of it.

import type { Context } from 'hono';
import { base64url } from 'jose';
import type { Dependencies } from '../context.ts';
import { digestOf } from '../encoding.ts';
import { Problem } from '../problems.ts';
import { mac } from '../tokens/data-keys.ts';

/** Shorter ones could be guessed, or met by two clients by accident. */
const fewestCharacters = 16;
const mostCharacters = 255;

/** Nothing where there is none. @throws Problem `validation-failed`. */
export function idempotencyKey(context: Context): string | undefined {
  const key = context.req.header('Idempotency-Key');
  if (key === undefined || (key.length >= fewestCharacters && key.length <= mostCharacters)) return key;
  throw new Problem('validation-failed', {
    errors: [
      {
        pointer: '#Idempotency-Key',
        detail: `must have ${fewestCharacters} to ${mostCharacters} characters`,
      },
    ],
  });
}

/** SHA-256 of the key; null where the call has none. @throws Problem `validation-failed`. */
export async function idempotencyKeyHash(context: Context): Promise<string | null> {
  const key = idempotencyKey(context);
  return key === undefined ? null : await digestOf(key);
}

/**
 * What tells a call from any other with another key, body or caller: HMAC-SHA-256, since a body may hold a password. Null
 * where the call has no key.
 *
 * @throws Problem `validation-failed`.
 */
export async function callHash(
  context: Context,
  { dataKeys }: Pick<Dependencies, 'dataKeys'>,
): Promise<string | null> {
  const key = idempotencyKey(context);
  if (key === undefined) return null;
  const { method, path } = context.req;
  const caller = context.get('access')?.sessionId ?? '';
  const parts = [method, path, caller, key, await context.req.text()];
  return base64url.encode(await mac(dataKeys[0].lookups, parts));
}
