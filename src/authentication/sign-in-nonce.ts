// Nonces of ID tokens: sealed, so that asking for one costs no round trip and keeps nothing. The statement that takes the ID token
// spends its nonce, once. Source: OpenID Connect Core 1.0, section 15.5.2.

import { base64url } from 'jose';
import { digestOf } from '../encoding.ts';
import { idempotentCallSeconds, signInNonceSeconds } from '../lifetimes.ts';
import type { DataKeys } from '../tokens/data-keys.ts';
import { open, seal } from '../tokens/sealed.ts';

const randomLength = 16;

/** Base64url, as any SDK takes it. */
export function sealNonce(
  dataKeys: DataKeys,
  now: Date,
  randomBytes: (length: number) => Uint8Array,
): Promise<string> {
  return seal(dataKeys, 'sign-in-nonce', {
    subject: base64url.encode(randomBytes(randomLength)),
    expiresAt: Math.floor(now.getTime() / 1000) + signInNonceSeconds,
  });
}

export type OpenedNonce = {
  readonly hash: string;
  /** Seconds since 1970. After it, it is only good for a repeat of the call that spent it. */
  readonly expiresAt: number;
};

/** @returns undefined for what we did not seal for this, or what has expired. Never throws on untrusted input. */
export async function openNonce(
  dataKeys: DataKeys,
  nonce: string,
  now: Date,
): Promise<OpenedNonce | undefined> {
  const earlier = new Date(now.getTime() - idempotentCallSeconds * 1000);
  const sealed = await open(dataKeys, 'sign-in-nonce', nonce, earlier);
  return sealed && { hash: await digestOf(nonce), expiresAt: sealed.expiresAt };
}
