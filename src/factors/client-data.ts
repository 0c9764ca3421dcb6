// Client data: what the browser, or the platform of an app, says of the call that it made (WebAuthn, section 5.8.1).

import { bytesOfBase64url } from '../encoding.ts';
import { isAllowedOrigin } from '../origins.ts';

/** What an answer must match. */
export type Expected = {
  /** As it stood in the options: base64url without padding. */
  readonly challenge: string;
  /** Of pages, and of Android apps (`android:apk-key-hash:…`). A loopback origin may leave its port open. */
  readonly origins: readonly string[];
  readonly rpId: string;
};

type ClientData = {
  readonly type?: unknown;
  readonly challenge?: unknown;
  readonly origin?: unknown;
  readonly crossOrigin?: unknown;
  readonly topOrigin?: unknown;
};

/** @throws Error for what is not JSON. */
function readClientData(bytes: Uint8Array): ClientData {
  return Object(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)));
}

/**
 * The challenge that an answer says it is for: ours are sealed, and say by themselves whether they are good. Undefined where
 * it says none.
 */
export function challengeOf({ clientDataJSON }: { readonly clientDataJSON: string }): string | undefined {
  try {
    const { challenge } = readClientData(bytesOfBase64url(clientDataJSON) ?? new Uint8Array());
    return typeof challenge === 'string' ? unpadded(challenge) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Why this client data is refused; undefined where it is not (sections 7.1 and 7.2, steps of `C`).
 *
 * @throws Error for what is not JSON.
 */
export function clientDataRefusal(
  bytes: Uint8Array,
  type: 'webauthn.create' | 'webauthn.get',
  expected: Expected,
): string | undefined {
  const client = readClientData(bytes);
  if (client.type !== type) return 'client data: another type';
  if (typeof client.challenge !== 'string' || unpadded(client.challenge) !== expected.challenge)
    return 'client data: another challenge';
  if (typeof client.origin !== 'string' || !isAllowedOrigin(expected.origins, client.origin))
    return `client data: origin ${JSON.stringify(client.origin ?? null).slice(0, 100)} is none of this service`;
  // In a frame of another site's page, whose user cannot see where they are.
  if (client.crossOrigin !== undefined && client.crossOrigin !== false) return 'client data: cross-origin';
  if (client.topOrigin !== undefined) return 'client data: has a top origin';
  return undefined;
}

function unpadded(text: string): string {
  return text.replace(/={1,2}$/, '');
}
