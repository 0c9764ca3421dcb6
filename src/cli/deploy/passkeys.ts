// Passkeys and a deployment: they work for the domain alone that they were made for, and that domain's host says which apps and
// pages may use them. It may be another host than the service's.

import { androidApp } from '../../mobile-apps.ts';
import { passkeysByDomain } from './schema.ts';

type Vars = Readonly<Record<string, unknown>>;

/** As the service reads it from these vars. */
export function rpIdOf({ PASSKEY_RP_ID, APP_ORIGIN, ISSUER }: Vars): string {
  return typeof PASSKEY_RP_ID === 'string' ? PASSKEY_RP_ID : new URL(String(APP_ORIGIN ?? ISSUER)).hostname;
}

/** @throws Error where most passkeys are for another domain: they would not work any more. */
export async function refuseOtherDomain(databaseUrl: string, rpId: string): Promise<void> {
  const [most] = await passkeysByDomain(databaseUrl);
  if (most === undefined || most.domain === rpId) return;
  throw new Error(
    `Passkeys would be for ${rpId}, and the ${most.count} that are for ${most.domain} would not work any more. ` +
      `A domain is fixed by its first passkey: set PASSKEY_RP_ID = "${most.domain}".`,
  );
}

const listOf = (value: unknown) =>
  typeof value === 'string' ? value.split(',').flatMap((part) => part.trim() || []) : [];

/**
 * What the host of the RP ID does not say, one line each. It is no fault of the deployment: that host may be another program's.
 *
 * @param base where that host is reached.
 */
export async function missingAssociations(vars: Vars, base = `https://${rpIdOf(vars)}`): Promise<string[]> {
  const rpId = rpIdOf(vars);
  const missing: string[] = [];
  const look = async (
    path: string,
    wanted: readonly string[],
    has: (document: unknown) => readonly string[],
  ) => {
    if (wanted.length === 0) return;
    const url = `${base}/.well-known/${path}`;
    try {
      const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(10_000) });
      if (!answer.ok) throw new Error(`answers ${answer.status}`);
      const there = has(await answer.json());
      missing.push(
        ...wanted.filter((one) => !there.includes(one)).map((one) => `${url} does not name ${one}`),
      );
    } catch (error) {
      missing.push(`${url} names nothing: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  await look('apple-app-site-association', listOf(vars['APPLE_APP_IDS']), (document) =>
    texts(Object(Object(document).webcredentials).apps),
  );
  const apps = listOf(vars['ANDROID_APPS']).map((text) => androidApp.parse(text));
  await look(
    'assetlinks.json',
    apps.map(({ packageName, fingerprint }) => `${packageName}=${fingerprint}`),
    (document) => (Array.isArray(document) ? document.flatMap(appsWithCredentials) : []),
  );
  // Browsers ask for pages of other domains alone.
  const pages = [vars['ISSUER'], vars['APP_ORIGIN'], ...listOf(vars['WEB_ORIGINS'])].map(String);
  const related = pages.filter((page) => page.startsWith('https:') && !isOf(rpId, new URL(page).hostname));
  await look('webauthn', [...new Set(related)], (document) => texts(Object(document).origins));
  return missing;
}

function isOf(rpId: string, host: string): boolean {
  return host === rpId || host.endsWith(`.${rpId}`);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Of a statement of Digital Asset Links. */
function appsWithCredentials(statement: unknown): string[] {
  const { relation, target } = Object(statement);
  if (!texts(relation).includes('delegate_permission/common.get_login_creds')) return [];
  const { package_name, sha256_cert_fingerprints } = Object(target);
  return texts(sha256_cert_fingerprints).map((fingerprint) => `${package_name}=${fingerprint.toUpperCase()}`);
}
