// `npm run deploy`: deploys one release in steps. Each step has to succeed before the next one begins.

import { parseArgs } from 'node:util';
import { missingAssociations, refuseOtherDomain, rpIdOf } from './deploy/passkeys.ts';
import { rehearse } from './deploy/rehearse.ts';
import { placeholdersIn, type Release, releaseOf } from './deploy/release.ts';
import { applyMigrations, hasUnlimitedClaims, pendingMigrations } from './deploy/schema.ts';
import { smokeTest } from './deploy/smoke-test.ts';
import { git, wrangler } from './deploy/tools.ts';

const usage = `DATABASE_URL=postgresql://… npm run deploy -- --env <staging|production> [options]

  1  builds what is committed, and looks whether Cloudflare has every secret, and whether passkeys stay those of one domain
  2  rehearses, on PostgreSQL and workerd here: the new code on its own schema and on the deployed one, and the deployed
     code on the new schema, since for a while each of them will meet the other
  3  applies the migrations, and then deploys
  4  asks the service whether it is ready and refuses what it has to; says how to go back where it does not. Says what
     is missing at the passkeys' domain for apps and pages to use them

  --env NAME       an environment of wrangler.toml
  --from REF       the commit that is deployed; otherwise the tag deployed-<NAME>, which each deployment moves on
  --dry-run        1 and 2, and what 3 would do: without an account, and without a database if DATABASE_URL is not set
`;

const options = {
  env: { type: 'string' },
  from: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

async function deploy(environment: string, from: string | undefined, isDry: boolean): Promise<void> {
  const release = await releaseOf(environment, from);
  const databaseUrl = process.env['DATABASE_URL'];
  if (!isDry) refuseUnfinished(release, databaseUrl);
  if (databaseUrl !== undefined) await refuseOtherDomain(databaseUrl, rpIdOf(release.vars));

  print(`1  ${release.commit.slice(0, 12)} to ${environment}, ${release.origin}`);
  await wrangler('deploy', '--dry-run', '--outdir', 'dist', '--env', environment);
  if (isDry) {
    print(`   secrets that it needs: ${release.secrets.join(', ')}`);
    for (const { name, value } of placeholdersIn(release))
      print(`   STILL THE EXAMPLE'S: ${name} = ${value}. Set it in wrangler.toml: a deployment refuses it.`);
  } else await refuseMissingSecrets(release);

  print('2  The new code on the new schema, as a person meets it');
  await rehearse(release, { code: 'new', schema: 'new' });
  if (release.deployed === undefined) {
    print(`   There is no tag deployed-${environment} and no --from: this counts as the first deployment.`);
  } else {
    print(`   The deployed code (${release.deployed.slice(0, 12)}) on the new schema`);
    await rehearse(release, { code: 'deployed', schema: 'new' });
    print('   The new code on the deployed schema');
    await rehearse(release, { code: 'new', schema: 'deployed' });
  }

  const pending = databaseUrl === undefined ? undefined : await pendingMigrations(databaseUrl);
  print(
    `3  Migrations to apply: ${pending?.join(', ') || (pending ? 'none' : 'not known without DATABASE_URL')}`,
  );
  if (isDry) return print('   A dry run ends here.');
  await applyMigrations(databaseUrl ?? '');
  await wrangler('deploy', '--env', environment, '--tag', release.commit.slice(0, 25), '--strict');

  print('4  The service itself');
  await smokeTest(release.origin).catch((error: Error) => {
    throw new Error(`${error.message}\nTo go back: npx wrangler rollback --env ${environment}`);
  });
  for (const missing of await missingAssociations(release.vars)) print(`   PASSKEYS: ${missing}`);
  if (await hasUnlimitedClaims(databaseUrl ?? ''))
    print(
      "   CLAIMS: alter role <the service's> set statement_timeout = '4s', or a slow latchkey_claims goes on and on.",
    );
  await git('tag', '--force', `deployed-${environment}`, release.commit);
  print(
    `Deployed. Push the tag, so that the next one knows: git push --force origin deployed-${environment}`,
  );
}

/** Refuses to deploy uncommitted changes, or with placeholders of the example configuration. */
function refuseUnfinished(release: Release, databaseUrl: string | undefined): void {
  if (!databaseUrl) throw new Error('DATABASE_URL is not set: the migrations come before the code.');
  if (release.isChanged) throw new Error('There are changes that are not committed.');
  const [placeholder] = placeholdersIn(release);
  if (placeholder) {
    const { name, value } = placeholder;
    throw new Error(
      `${name} is still the example's, ${value}: set it for this environment in wrangler.toml.`,
    );
  }
}

async function refuseMissingSecrets({ environment, secrets }: Release): Promise<void> {
  const listed = await wrangler('secret', 'list', '--env', environment, '--format', 'json');
  const names = (JSON.parse(listed) as { name: string }[]).map(({ name }) => name);
  const missing = secrets.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new Error(
      missing.map((name) => `Missing: npx wrangler secret put ${name} --env ${environment}`).join('\n'),
    );
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  const { values } = parseArgs({ options });
  if (values.help) print(usage);
  else if (values.env === undefined) throw new Error(usage);
  else await deploy(values.env, values.from, values['dry-run']);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
