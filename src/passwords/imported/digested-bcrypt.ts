// Computes bcrypt of a digest of the password. Sources: wp_hash_password (WordPress 6.8), BCryptSHA256PasswordHasher
// (Django).

import type { DigestedBcrypt } from '../stored-hash.ts';
import { compute as computeBcrypt } from './bcrypt.ts';

export async function compute(password: string, stored: DigestedBcrypt): Promise<Uint8Array | undefined> {
  const digest = stored.digest === 'wp-sha384' ? wordPress(password) : hexOfSha256(password);
  return computeBcrypt(await digest, stored);
}

/** PHP's `trim`, then the base64 of an HMAC. Its constant key is for domain separation only. */
async function wordPress(password: string): Promise<string> {
  const trimmed = password.replace(/^[ \t\n\r\0\v]+|[ \t\n\r\0\v]+$/g, '');
  const algorithm = { name: 'HMAC', hash: 'SHA-384' };
  const key = await crypto.subtle.importKey('raw', encode('wp-sha384'), algorithm, false, ['sign']);
  return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.sign('HMAC', key, encode(trimmed)))));
}

async function hexOfSha256(password: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encode(password)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(text));
}
