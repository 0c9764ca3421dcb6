// What is to be deployed, where to, and what is there now.

import { fileURLToPath } from 'node:url';
import { unstable_readConfig as readConfig } from 'wrangler';
import { projectFolder } from '../project-folder.ts';
import { git } from './tools.ts';

export type Release = {
  readonly environment: string;
  /** Where the service answers. */
  readonly origin: string;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
  readonly commit: string;
  /** Something differs from the commit. */
  readonly isChanged: boolean;
  /** The commit that is deployed, as far as anybody noted it. */
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
  return {
    environment,
    origin,
    vars: config.vars,
    secrets: ['DATABASE_URL', 'ACCESS_TOKEN_KEYS', 'REFRESH_TOKEN_KEYS', 'DATA_KEYS', ...mail],
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

/** What wrangler.toml came with and nobody has set: a deployment with it would mail dead links, or serve somebody else's host. */
export function placeholdersIn({ vars }: Pick<Release, 'vars'>): { name: string; value: string }[] {
  return Object.entries(vars).flatMap(([name, value]) =>
    typeof value === 'string' && /\bexample\.(com|org|net|test)\b/.test(value) ? [{ name, value }] : [],
  );
}
