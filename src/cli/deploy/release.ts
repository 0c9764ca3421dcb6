// A release: the commit to deploy, the target environment, and the commit that is deployed now.

import { fileURLToPath } from 'node:url';
import { unstable_readConfig as readConfig } from 'wrangler';
import { projectFolder } from '../project-folder.ts';
import { git } from './tools.ts';

export type Release = {
  readonly environment: string;
  /** The service's public origin. */
  readonly origin: string;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
  readonly commit: string;
  /** The working tree differs from the commit. */
  readonly isChanged: boolean;
  /** The deployed commit, if it is recorded in a tag or was given. */
  readonly deployed: string | undefined;
};

export async function releaseOf(environment: string, from: string | undefined): Promise<Release> {
  const config = readConfig({
    config: fileURLToPath(new URL('wrangler.toml', projectFolder)),
    env: environment,
  });
  const { ISSUER: origin } = config.vars;
  if (config.topLevelName === config.name || typeof origin !== 'string') {
    throw new Error(`wrangler.toml has no [env.${environment}] with an ISSUER among its vars.`);
  }
  const mail = config.send_email.some(({ name }: { name: string }) => name === 'EMAIL') ? [] : ['SMTP_URL'];
  const webhook = config.vars['WEBHOOK_URL'] === undefined ? [] : ['WEBHOOK_SECRET'];
  return {
    environment,
    origin,
    vars: config.vars,
    secrets: ['DATABASE_URL', 'ACCESS_TOKEN_KEYS', 'REFRESH_TOKEN_KEYS', 'DATA_KEYS', ...mail, ...webhook],
    commit: (await git('rev-parse', 'HEAD')).trim(),
    isChanged: (await git('status', '--porcelain')).trim() !== '',
    deployed:
      from === undefined
        ? await commitOf(`deployed-${environment}`).catch(() => undefined)
        : await commitOf(from),
  };
}

async function commitOf(reference: string): Promise<string> {
  return (await git('rev-parse', '--verify', '--quiet', `${reference}^{commit}`)).trim();
}

/**
 * Example values of wrangler.toml that nobody has replaced. A deployment would mail dead links or claim somebody
 * else's host.
 */
export function placeholdersIn({ vars }: Pick<Release, 'vars'>): { name: string; value: string }[] {
  return Object.entries(vars).flatMap(([name, value]) =>
    typeof value === 'string' && /\bexample\.(com|org|net|test)\b/.test(value) ? [{ name, value }] : [],
  );
}
