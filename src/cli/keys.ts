// `npm run keys`: generates signing keys and data keys, and rotates them in stages without downtime. Secrets go to
// standard output or to Cloudflare only.

import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import {
  describeData,
  type ManagedDataKeySet,
  newDataSet,
  readDataSet,
  retireData,
  rotateData,
} from './data-rotation.ts';
import { keyBits, makeKey, readKeySet } from './key-material.ts';
import { type Command, isCommand, kinds, options, refuseUnusedOptions } from './key-options.ts';
import { output, putIntoCloudflare, refuseLeakingOutput } from './key-set-output.ts';
import { insideTheRepository, projectFolder } from './project-folder.ts';
import {
  assertDeployedSet,
  type Kind,
  type ManagedKeySet,
  newSet,
  nextSteps,
  RefusedError,
  retire,
  rotate,
  type Step,
  stateOf,
  timeOf,
} from './rotation.ts';
import { assertUnused } from './sealed-secrets.ts';

const usage = `npm run -s keys -- <command> <access|refresh|data> [options]

  new      a set with one key: the first of a service, or one in place of a stolen one (every token of it dies)
  list     what is in a set, and which step is due
  rotate   the next stage: enters a new key, which verifies but does not sign; an hour later, lets it sign.
           Of data keys there is one stage: the new key comes first, and the older ones open what they have sealed
  retire   takes out the keys whose last token has expired; data keys a year after they were superseded, where DATABASE_URL is
           set only if nothing in the database is sealed by them

  --file PATH      the set as it is, outside of the repository; otherwise the variable ACCESS_TOKEN_KEYS, REFRESH_TOKEN_KEYS
                   or DATA_KEYS, otherwise standard input. Of signing keys a PEM, or the base64 of one, will do as well.
  --from PATH      new: takes the signing key of this file (- is standard input) rather than making one
  --bits N         2048 (the default), 3072 or 4096
  --issuer URL     compares an access set with what is published there first: an old copy would lock everybody out
  --put            straight into "wrangler secret put" (--env NAME: of that environment) rather than to standard output

Cloudflare shows no secret again: keep a copy where you keep passwords, since each stage starts from the set before it.
  pass show latchkey/access | npm run -s keys -- rotate access | tee >(npx wrangler secret put ACCESS_TOKEN_KEYS) | pass insert -m latchkey/access-new
`;

const bindings = { access: 'ACCESS_TOKEN_KEYS', refresh: 'REFRESH_TOKEN_KEYS', data: 'DATA_KEYS' } as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
type Changed = {
  readonly set: { readonly keys: readonly object[] };
  readonly notice: string;
  readonly described: string;
};

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [command, name, ...more] = positionals;
  const kind = kinds.find((known) => known === name);
  if (values.help) return void process.stdout.write(usage);
  if (!kind || !isCommand(command) || more.length > 0) throw new Error(usage);
  refuseUnusedOptions(command, kind, values);
  const now = Math.floor(Date.now() / 1000);
  const readCurrent = () => readInput(values.file, process.env[bindings[kind]]);
  if (command !== 'list' && !values.put) await refuseLeakingOutput();
  const changed =
    kind === 'data'
      ? await changeData(command, readCurrent, now)
      : await changeSigning(command, kind, values, readCurrent, now);
  if (command === 'list') return void process.stdout.write(changed.described);
  if (values.put) await putIntoCloudflare(bindings[kind], changed.set, values.env);
  else output(changed.set);
  notify(changed.notice);
  notify(changed.described);
}

async function changeData(
  command: Command,
  readCurrent: () => Promise<string>,
  now: number,
): Promise<Changed> {
  const current = command === 'new' ? newDataSet(now) : readDataSet(await readCurrent());
  const changed = (set: ManagedDataKeySet, notice: string) => ({
    set,
    notice,
    described: describeData(set, now),
  });
  if (command === 'new') return changed(current, 'A set of one key, which seals.');
  if (command === 'list') return changed(current, '');
  if (command === 'rotate') {
    const set = rotateData(current, now);
    return changed(set, `${set.keys[0]?.kid} seals from now on; the older ones open what they have sealed.`);
  }
  const { kids, set } = retireData(current, now);
  const databaseUrl = process.env['DATABASE_URL'];
  if (databaseUrl) await assertUnused(databaseUrl, kids);
  else
    notify(
      'Not compared with the database: with DATABASE_URL, secrets that only this key opens would be noticed here.',
    );
  return changed(set, `Retired: ${kids.join(', ')}.`);
}

async function changeSigning(
  command: Command,
  kind: Kind,
  { bits: givenBits = '2048', from, issuer }: Values,
  readCurrent: () => Promise<string>,
  now: number,
): Promise<Changed> {
  const bits = keyBits.find((known) => String(known) === givenBits);
  if (!bits) throw new Error(`--bits is one of ${keyBits.join(', ')}.`);
  const configured = await configuredSeconds(kind);
  const changed = (set: ManagedKeySet, notice: string) => ({
    set,
    notice,
    described: describe(set, kind, now, configured),
  });
  if (command === 'new') {
    const given = from === undefined ? undefined : await readKeySet(await readInput(from));
    if (given && given.keys.length > 1) throw new Error('This is a set of several keys already.');
    const set = await newSet(given?.keys[0] ?? (await makeKey(bits)), now);
    return changed(set, 'A set of one key, which signs.');
  }
  const current = await readKeySet(await readCurrent());
  if (issuer !== undefined) assertDeployedSet(current, await publishedKids(issuer));
  if (command === 'list') return changed(current, '');
  if (kind === 'access' && issuer === undefined)
    notify('Not compared with what is published: with --issuer URL, an old copy would be noticed here.');
  if (command === 'retire') {
    const { kids, set } = retire(current, kind, now, configured);
    return changed(set, `Retired: ${kids.join(', ')}.`);
  }
  const { step, kid, set } = await rotate(current, () => makeKey(bits), now);
  return changed(
    set,
    step === 'publish'
      ? `${kid} is published: it verifies and does not sign yet. Put this set into the service now; the wait counts from there.`
      : `${kid} signs from now on.`,
  );
}

function describe(set: ManagedKeySet, kind: Kind, now: number, configured: number): string {
  const rows = set.keys.map((key) => {
    const since = key.superseded_at ?? key.published_at;
    const bits = Math.floor((key.n.length * 6) / 8) * 8;
    return `${key.kid}  RSA ${bits}  ${stateOf(set, key)}${since === undefined ? '' : ` (${timeOf(since)})`}`;
  });
  const steps = nextSteps(set, kind, now, configured).map((step) => `  ${sentence(step, now)}`);
  return `${rows.join('\n')}\nNext:\n${steps.join('\n')}\n`;
}

function sentence(step: Step, now: number): string {
  if (step.step === 'publish') return 'rotate  publishes a new key, whenever you like';
  const what = step.step === 'sign' ? 'rotate  lets' : 'retire  takes out';
  const due = step.from <= now ? 'due now' : `from ${timeOf(step.from)} on`;
  return `${what} ${step.key.kid}${step.step === 'sign' ? ' sign' : ''}: ${due}`;
}

async function readInput(path: string | undefined, variable?: string): Promise<string> {
  if (path !== undefined && path !== '-') {
    if (await insideTheRepository(path)) {
      throw new RefusedError(
        `${path} is inside of the repository: keys that lie there end in a commit some day.`,
      );
    }
    return readFile(path, 'utf8');
  }
  if (path === undefined && variable) return variable;
  if (process.stdin.isTTY) throw new Error('No key set: give --file PATH, or pipe it in.');
  return text(process.stdin);
}

/** The longest token lifetime that wrangler.toml or this environment sets; 0 if none does. */
async function configuredSeconds(kind: Kind): Promise<number> {
  const name = kind === 'access' ? 'ACCESS_TOKEN_TTL' : 'REFRESH_TOKEN_TTL';
  const settings = await readFile(new URL('wrangler.toml', projectFolder), 'utf8').catch(() => '');
  const found = [...settings.matchAll(new RegExp(`^\\s*${name}\\s*=\\s*"?(\\d+)`, 'gm'))].map(
    ([, digits]) => digits,
  );
  return Math.max(0, ...[...found, process.env[name]].map((digits) => Number(digits) || 0));
}

async function publishedKids(issuer: string): Promise<string[]> {
  const response = await fetch(new URL('/.well-known/jwks.json', issuer), {
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`${response.url} answers ${response.status}.`);
  const { keys } = (await response.json()) as { keys: { kid: string }[] };
  return keys.map((key) => key.kid);
}

/** Standard output is for the secret; everything else goes to standard error. */
function notify(text: string): void {
  process.stderr.write(`${text.trimEnd()}\n`);
}

try {
  await run();
} catch (error) {
  notify(
    error instanceof RefusedError
      ? `Refused. ${error.message}`
      : error instanceof Error
        ? error.message
        : String(error),
  );
  process.exitCode = 1;
}
