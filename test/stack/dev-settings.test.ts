import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unstable_getVarsForDev as getVarsForDev, unstable_readConfig as readConfig } from 'wrangler';
import { defaultBindings, readDevSettings } from '../../src/local/dev-settings.ts';
import { environmentLines } from '../../src/local/worker.ts';

// `npm run dev` takes what README says that the service can be told.

/** The names in the table, but for those of objects that a platform binds. */
function tableOfBindings(): string[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const table = /## Configuration[\s\S]*?\n\n(?=`npm run dev`)/.exec(readme)?.[0] ?? '';
  const names = [...table.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(
    ([, cell = '']) => cell.match(/[A-Z_]{4,}/g) ?? [],
  );
  const objects = ['EMAIL', 'ANALYTICS', 'LOGIN_LIMIT', 'MAIL_LIMIT', 'ADDRESS_LIMIT'];
  return names.filter((name) => !objects.includes(name) && !/_LIMIT$/.test(name));
}

test('every binding of the Configuration table comes from the environment where it is set', () => {
  const names = tableOfBindings();
  expect(names.length).toBeGreaterThan(20);
  const environment = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
  const { bindings } = readDevSettings({ ...environment, DATABASE_URL: '' });
  const { DATABASE_URL: _, ...expected } = environment;
  expect(bindings).toEqual(expected);
});

test('what is not set, or empty, is as usual, and nothing else of the environment gets to the Worker', () => {
  expect(readDevSettings({ PATH: '/bin', HOME: '/root', CORS_ORIGINS: '' }).bindings).toEqual({});
});

test('any port of this machine may call, where the service is on it', () => {
  expect(defaultBindings('http://localhost:8787', {})).toMatchObject({
    ISSUER: 'http://localhost:8787',
    APP_ORIGIN: 'http://localhost:8787',
    WEB_ORIGINS: 'http://localhost:*,http://127.0.0.1:*',
  });
  const elsewhere = defaultBindings('http://localhost:8787', { ISSUER: 'https://auth.example.com' });
  expect(elsewhere).toMatchObject({
    APP_ORIGIN: 'https://auth.example.com',
    AUDIENCE: 'https://auth.example.com',
  });
  expect(elsewhere).not.toHaveProperty('WEB_ORIGINS');
});

test('events go to the catcher, but where somebody else is told or the service has another host', () => {
  const service = 'http://localhost:8787';
  const catcher = { url: 'http://127.0.0.1:1081/', secret: 'whsec_…' };
  expect(defaultBindings(service, {}, catcher)).toMatchObject({
    WEBHOOK_URL: catcher.url,
    WEBHOOK_SECRET: catcher.secret,
  });
  for (const given of [
    { WEBHOOK_URL: 'https://hooks.example.com/' },
    { WEBHOOK_SECRET: 'whsec_…' },
    { ISSUER: 'https://auth.example.com' },
  ])
    expect(Object.keys(defaultBindings(service, given, catcher)).join()).not.toContain('WEBHOOK');
});

test('wrangler reads every value as it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-vars-'));
  const bindings = {
    PLAIN: 'words, more words # and no comment',
    APOSTROPHE: "O'Brien <no-reply@example.com>",
    BOTH: `it's "quoted"`,
    JSON_TEXT: '{"keys": [{"kid": "a"}]}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is to be read as it stands.
    DOLLARS: 'postgresql://user:pa$HOME${PATH}ss$@localhost/main',
    BACKSLASH: 'a\\nb\\',
    LAST: 'end',
  };
  try {
    const file = join(folder, 'worker.env');
    await writeFile(file, environmentLines(bindings));
    const { configPath, vars, secrets } = readConfig({
      config: new URL('../../wrangler.toml', import.meta.url).pathname,
    });
    const read = getVarsForDev(configPath, [file], vars, undefined, true, secrets as never);
    const values = Object.entries(read).map(([name, { value }]) => [name, value]);
    expect(Object.fromEntries(values)).toMatchObject(bindings);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a value that cannot be written is named', () => {
  expect(() => environmentLines({ EMAIL_FROM: `'"\`` })).toThrow('EMAIL_FROM');
});
