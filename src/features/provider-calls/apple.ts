// Apple's token endpoints: "Generate and validate tokens" and "Revoke tokens" of its REST API. Never throws with a secret.

import { decodeJwt } from 'jose';
import { boundedText } from '../../bounded-text.ts';
import { providerAnswerBytes, providerCallMilliseconds } from '../../bounds.ts';
import type { Dependencies } from '../../context.ts';
import { appleClientSecret, appleOrigin } from '../../tokens/apple-client-secret.ts';

type Parts = Pick<Dependencies, 'config' | 'fetch' | 'now'>;

export class AppleError extends Error {
  override readonly name = 'AppleError';
  /** Asking again comes to the same. */
  readonly isFinal: boolean;

  constructor(summary: string, { isFinal = false } = {}) {
    super(summary);
    this.isFinal = isFinal;
  }
}

/** @returns the refresh token, and whose it is. @throws AppleError. */
export async function redeemCode(
  parts: Parts,
  { clientId, code }: { readonly clientId: string; readonly code: string },
): Promise<{ readonly refreshToken: string; readonly subject: string }> {
  const answer = await post(parts, 'token', clientId, { grant_type: 'authorization_code', code });
  const { refresh_token: refreshToken, id_token: idToken } = answer;
  if (typeof refreshToken !== 'string' || typeof idToken !== 'string')
    throw new AppleError('answered no tokens');
  return { refreshToken, subject: subjectOf(idToken) };
}

/** A token that is no longer good is answered like one that was. @throws AppleError. */
export async function revokeToken(
  parts: Parts,
  { clientId, token }: { readonly clientId: string; readonly token: string },
): Promise<void> {
  await post(parts, 'revoke', clientId, { token, token_type_hint: 'refresh_token' });
}

async function post(
  { config, fetch, now }: Parts,
  endpoint: 'token' | 'revoke',
  clientId: string,
  fields: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const key = config.identityProviders.get('apple')?.apple;
  if (!key) throw new AppleError('no key of Apple is bound: team_id, key_id and APPLE_PRIVATE_KEY');
  const secret = await appleClientSecret(key, { clientId, now: now() });
  const body = new URLSearchParams({ client_id: clientId, client_secret: secret, ...fields });
  const signal = AbortSignal.timeout(providerCallMilliseconds);
  const response = await fetch(`${appleOrigin}/auth/${endpoint}`, {
    method: 'POST',
    body,
    signal,
    // Another host must not get a code.
    redirect: 'manual',
  });
  const answer = asObject(await boundedText(response, { signal, maximumBytes: providerAnswerBytes }));
  if (response.status === 200) return answer;
  const { error } = answer;
  // One of a few words (RFC 6749, section 5.2); what else there may be is not for the log.
  const isWord = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error);
  throw new AppleError(`answered ${response.status}${isWord ? ` ${error}` : ''}`, {
    isFinal: response.status === 400 && error === 'invalid_grant',
  });
}

function asObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** It came from Apple itself, by TLS: that stands for the signature (OpenID Connect Core, section 3.1.3.7). */
function subjectOf(idToken: string): string {
  try {
    return decodeJwt(idToken).sub ?? '';
  } catch {
    throw new AppleError('answered an ID token that is none');
  }
}
