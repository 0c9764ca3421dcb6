// The Idempotency-Key of a call (draft-ietf-httpapi-idempotency-key-header): its length, and the hash that is stored.

import type { Context } from 'hono';
import { base64url } from 'jose';
import type { Dependencies } from '../context.ts';
import { digestOf } from '../encoding.ts';
import { Problem } from '../problems.ts';
import { mac } from '../tokens/data-keys.ts';

/** Shorter keys could be guessed, or collide by accident. */
const minimumCharacters = 16;
const maximumCharacters = 255;

/** Undefined where there is none. @throws Problem `validation-failed`. */
export function idempotencyKey(context: Context): string | undefined {
  const key = context.req.header('Idempotency-Key');
  if (key === undefined || (key.length >= minimumCharacters && key.length <= maximumCharacters)) return key;
  throw new Problem('validation-failed', {
    errors: [
      {
        pointer: '#Idempotency-Key',
        detail: `must have ${minimumCharacters} to ${maximumCharacters} characters`,
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
 * The fingerprint of a call, over its key, body and caller. HMAC-SHA-256, since a body may hold a password. Null
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
