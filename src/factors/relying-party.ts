// Who passkeys are for: a domain, the RP ID, and the pages and apps from which they may be used.

import { base64url } from 'jose';
import type { Config } from '../environment.ts';

/** A domain, or `localhost`. No IP address: browsers take none (WebAuthn, section 5.1.3). */
const domain = /^(localhost|([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?)$/;

/**
 * Whether it is a domain, and the host of one of these origins is that domain or below it: a page of that origin may use its
 * passkeys.
 */
export function isRpIdOf(rpId: string, origins: readonly unknown[]): boolean {
  const hosts = origins.map((origin) => (typeof origin === 'string' && URL.parse(origin)?.hostname) || '');
  return domain.test(rpId) && hosts.some((host) => host === rpId || host.endsWith(`.${rpId}`));
}

/**
 * The origins that client data may name. An iOS app names the RP ID's own, and an Android app the certificate that signed it,
 * which `assetlinks.json` allows.
 */
export function passkeyOrigins({
  issuer,
  appOrigin,
  webOrigins,
  passkeyRpId,
  androidApps,
}: Pick<Config, 'issuer' | 'appOrigin' | 'webOrigins' | 'passkeyRpId' | 'androidApps'>): readonly string[] {
  return [
    ...new Set([
      issuer,
      appOrigin,
      ...webOrigins,
      `https://${passkeyRpId}`,
      ...androidApps.map(({ fingerprint }) => `android:apk-key-hash:${keyHash(fingerprint)}`),
    ]),
  ];
}

function keyHash(fingerprint: string): string {
  return base64url.encode(Uint8Array.from(fingerprint.split(':'), (pair) => Number.parseInt(pair, 16)));
}
