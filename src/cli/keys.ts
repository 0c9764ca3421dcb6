// `npm run keys`: makes the signing keys, and changes them in stages that nobody notices. What is secret goes to standard
// output or into Cloudflare, and nowhere else.

import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { keyBits, makeKey, readKeySet } from './key-material.ts';
import { output, putIntoCloudflare, refuseLeakingOutput } from './key-set-output.ts';
import { insideTheRepository, projectFolder } from './project-folder.ts';
import {
  type KeptSet,
  type Kind,
  newSet,
  nextSteps,
  RefusedError,
  refuseAnotherSet,
  retire,
  rotate,
  type Step,
  stateOf,
  timeOf,
} from './rotation.ts';

const usage = `npm run -s keys -- <command> <access|refresh> [options]

  new      a set with one key: the first of a service, or one in place of a stolen one (every token of it dies)
  list     what is in a set, and which step is due
  rotate   the next stage: enters a new key, which verifies but does not sign; an hour later, lets it sign
  retire   takes out the keys whose last token has expired

  --file PATH      the set as it is, outside of the repository; otherwise the variable ACCESS_TOKEN_KEYS or
                   REFRESH_TOKEN_KEYS, otherwise standard input. A PEM, or the base64 of one, will do as well.
  --from PATH      new: takes the key of this file (- is standard input) rather than making one
  --bits N         2048 (the default), 3072 or 4096
  --issuer URL     compares an access set with what is published there first: an old copy would lock everybody out
  --put            straight into "wrangler secret put" (--env NAME: of that environment) rather than to standard output

Cloudflare shows no secret again: keep a copy where you keep passwords, since each stage starts from the set before it.
  pass show latchkey/access | npm run -s keys -- rotate access | tee >(npx wrangler secret put ACCESS_TOKEN_KEYS) | pass insert -m latchkey/access-new
`;

const options = {
  file: { type: 'string' },
  from: { type: 'string' },
  bits: { type: 'string', default: '2048' },
  issuer: { type: 'string' },
  put: { type: 'boolean', default: false },
  env: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [command, kind, ...more] = positionals;
  if (values.help) return void process.stdout.write(usage);
  if ((kind !== 'access' && kind !== 'refresh') || more.length > 0) throw new Error(usage);
  const bits = keyBits.find((known) => String(known) === values.bits);
  if (!bits) throw new Error(`--bits is one of ${keyBits.join(', ')}.`);
  const binding = kind === 'access' ? 'ACCESS_TOKEN_KEYS' : 'REFRESH_TOKEN_KEYS';
  const now = Math.floor(Date.now() / 1000);
  const configured = await configuredSeconds(kind);
  const current = async () => {
    const set = await readKeySet(await readInput(values.file, process.env[binding]));
    if (values.issuer !== undefined && kind === 'access')
      refuseAnotherSet(set, await publishedKids(values.issuer));
    return set;
  };

  if (command === 'list') return void process.stdout.write(describe(await current(), kind, now, configured));
  if (command !== 'new' && command !== 'rotate' && command !== 'retire') throw new Error(usage);
  if (!values.put) await refuseLeakingOutput();
  const changed = await change();
  if (values.put) await putIntoCloudflare(binding, changed.set, values.env);
  else output(changed.set);
  tell(changed.told);
  tell(describe(changed.set, kind, now, configured));

  async function change(): Promise<{ set: KeptSet; told: string }> {
    const makeOne = () => makeKey(bits ?? 2048);
    if (command === 'new') {
      const given = values.from === undefined ? undefined : await readKeySet(await readInput(values.from));
      if (given && given.keys.length > 1) throw new Error('This is a set of several keys already.');
      return {
        set: await newSet(given?.keys[0] ?? (await makeOne()), now),
        told: 'A set of one key, which signs.',
      };
    }
    const set = await current();
    if (kind === 'access' && values.issuer === undefined) {
      tell('Not compared with what is published: with --issuer URL, an old copy would be noticed here.');
    }
    if (command === 'retire') {
      const { kids, set: left } = retire(set, kind as Kind, now, configured);
      return { set: left, told: `Retired: ${kids.join(', ')}.` };
    }
    const { step, kid, set: rotated } = await rotate(set, makeOne, now);
    return {
      set: rotated,
      told:
        step === 'publish'
          ? `${kid} is published: it verifies and does not sign yet. Put this set into the service now; the wait counts from there.`
          : `${kid} signs from now on.`,
    };
  }
}

function describe(set: KeptSet, kind: Kind, now: number, configured: number): string {
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

/** A lifetime that is set in wrangler.toml or in this environment, the longest of them. */
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

function tell(text: string): void {
  process.stderr.write(`${text.trimEnd()}\n`);
}

try {
  await run();
} catch (error) {
  tell(
    error instanceof RefusedError
      ? `Refused. ${error.message}`
      : error instanceof Error
        ? error.message
        : String(error),
  );
  process.exitCode = 1;
}
