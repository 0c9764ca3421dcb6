// No input whatever gives a 5xx, and what is refused has changed nothing.

import { sql } from 'drizzle-orm/sql/sql';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { callAs, changesSomething, type Route, routes, speaksOAuth, withApps } from './endpoints.ts';
import { bodyFields, newOperator, plausible, queryFields, type Sender } from './plausible.ts';
import { expectAnyProblem } from './problem-document.ts';
import { newDatabase, newUser, password, type Service, startService } from './service.ts';

let service: Service;
/** An operator, who may call anything; another one whenever a request succeeded, which may have ended the session. */
let person: Sender;

/** Right in form, and not the password of the person who is signed in: their account is there to the end. */
const anotherPassword = 'plum radio fence maple';

beforeAll(async () => {
  service = await startService({ ...withApps, DATABASE_URL: await newDatabase() });
  service.transport = (input, init) => {
    expectStorable(JSON.parse(String(init?.body)).params);
    return fetch(input, init);
  };
  person = await newOperator(service);
  for (const path of ['/api/auth/register', '/api/auth/forgot-password']) {
    const json = { email: `${crypto.randomUUID()}@example.test`, name: 'Ada' };
    handles.push((await service.call('POST', path, { json })).body.request);
  }
});

/** Neon’s proxy refuses half a surrogate pair where the local endpoint replaces it; Postgres refuses NUL. */
function expectStorable(parameters: unknown[]): void {
  for (const text of parameters.flat()) {
    if (typeof text === 'string' && (!text.isWellFormed() || text.includes('\0'))) {
      throw new Error(`not storable: ${JSON.stringify(text)}`);
    }
  }
}

/** How much there is of all that an outsider should not be able to change. */
async function state(): Promise<unknown> {
  const [row] = await service.dependencies.database.query(
    sql`select (select count(*) from users) as users,
      (select count(*) from users where email_verified_at is not null) as verified,
      (select count(*) from sessions) as sessions, (select count(*) from sessions where ended_at is null) as live,
      (select sum(generation) from sessions) as generations, (select count(*) from mails) as mails,
      (select count(*) from revoked_tokens) as revoked, (select count(*) from posts) as posts`,
    { repeatable: true },
  );
  return row;
}

const nasty = fc.constantFrom<unknown>(
  ...['', ' ', '\0', 'a\0b', '\ud800', '\udc00\ud800', '\u202e', '\ufeff', '\u2028', 'İ', '𝒳'.repeat(50)],
  ...["' or 1=1 --", '$1', '%00', '../..', '<script>', '{{7*7}}', '\\', '"', "';drop table users;--"],
  ...['null', 'undefined', 'NaN', '-1', '1e999', '0x10', '9'.repeat(400), '__proto__', 'constructor'],
  ...[
    '0197a1b2-0000-7000-8000-00000000000a',
    '0197A1B2-0000-7000-8000-00000000000A',
    '0197a1b2-0000-7000-8000',
  ],
  ...['a@b.example', 'A@B.EXAMPLE', 'a@b.example\r\nBcc: c@d.example', 'ß@ß.example', 'J\u030c@b.example'],
  ...['javascript:1', 'https://example.com/\0', 'https://example.com/\ud800', 'x'.repeat(5_000)],
  ...[
    '\u200ea@b.example\u200f',
    '\u202ePhone',
    `a${'\u0301'.repeat(20_000)}`,
    '１２３ ４５６',
    '123\u00ad456',
  ],
  ...['a.b.c', 'eyJhbGciOiJub25lIn0.e30.', '..', '.', `${'e30.'.repeat(3)}`, '000000', '١٢٣٤٥٦'],
  ...[0, -0, 1, -1, 1.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 63, true, false, null],
  ...[[], {}, [[]], [null], { toString: 1 }, { length: 1e9 }, { constructor: { prototype: 1 } }],
);

const anything = fc.oneof(
  nasty,
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ noUnicodeString: false } as object),
);

/** Of a registration and of a reset; what is sent in turn. */
const handles: string[] = [];
let turn = 0;

/** What gets further than a check of form, in any field of any endpoint, and one that none has. */
const values: Readonly<Record<string, (route: Route) => unknown>> = {
  ...Object.fromEntries(
    Object.entries(plausible).map(([name, value]) => [name, (route: Route) => value(person, route)]),
  ),
  email: () => `${crypto.randomUUID()}@example.test`,
  password: () => anotherPassword,
  current_password: () => anotherPassword,
  new_password: () => anotherPassword,
  token_delivery: () => 'cookie',
  sign_in: () => true,
  // Of each page in turn, in form.
  token: () => `${'rcpu'[turn++ % 4]}${'A'.repeat(43)}`,
  request: () => handles[turn++ % handles.length],
  known_device: () => 'A'.repeat(120),
  access_token: () => person.access_token,
  __proto__x: () => ({}),
};

const field = fc.oneof(
  { weight: 3, arbitrary: fc.constant('plausible' as const) },
  { weight: 2, arbitrary: anything.map((value) => ({ value })) },
  { weight: 1, arbitrary: fc.constant('absent' as const) },
);

const fields = fc.record(Object.fromEntries(Object.keys(values).map((name) => [name, field])));

type Field = 'plausible' | 'absent' | { readonly value: unknown };

function jsonOf(chosen: Record<string, Field>, route: Route): string {
  const entries = Object.entries(chosen).flatMap(([name, value]) => {
    if (value === 'absent') return [];
    return [
      `${JSON.stringify(name)}:${JSON.stringify(value === 'plausible' ? values[name]?.(route) : value.value)}`,
    ];
  });
  return `{${[...entries, '"__proto__":{"email":"a"}'].join(',')}}`;
}

const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fields.map((chosen) => (route: Route) => jsonOf(chosen as Record<string, Field>, route)),
  },
  { weight: 1, arbitrary: anything.map((value) => () => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => () => text) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => () => new Uint8Array(bytes)) },
  { weight: 1, arbitrary: fc.constant(() => undefined) },
);

/** ASCII, since the runtime writes a warning for each header beyond it. */
const headerText = fc.oneof(
  nasty
    .filter((value) => typeof value !== 'object')
    .map((value) => String(value).replaceAll(/\P{ASCII}/gu, '?')),
  fc.string({ unit: 'binary-ascii' }),
  fc.constantFrom('\x01\x7f', ',', ';', '="', '*', 'W/"1"', '"1"', 'x'.repeat(9_000)),
);

const authorization = fc.oneof(
  { weight: 4, arbitrary: fc.constant(() => `Bearer ${person.access_token}`) },
  { weight: 1, arbitrary: fc.constant(() => `Bearer ${person.refresh_token}`) },
  { weight: 2, arbitrary: headerText.map((text) => () => text) },
  { weight: 1, arbitrary: headerText.map((text) => () => `Bearer ${text}`) },
  { weight: 1, arbitrary: fc.constant(() => undefined) },
);

const contentType = fc.oneof(
  { weight: 8, arbitrary: fc.constant('application/json') },
  { weight: 1, arbitrary: fc.constant('application/x-www-form-urlencoded') },
  { weight: 1, arbitrary: headerText },
);

const headers = fc.dictionary(
  fc.constantFrom(
    ...[
      'Idempotency-Key',
      'User-Agent',
      'CF-Connecting-IP',
      'X-Forwarded-For',
      'X-Request-Id',
      'Cookie',
      'Origin',
    ],
    ...[
      'If-Match',
      'If-None-Match',
      'Accept',
      'Accept-Language',
      'Content-Encoding',
      'Range',
      'Expect',
      'DPoP',
    ],
    ...['X-HTTP-Method-Override', 'Sec-Fetch-Site', 'Forwarded', 'Host'],
  ),
  headerText,
  { maxKeys: 4 },
);

const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...new Set(routes.flatMap(queryFields)), 'token', 'email'), headerText)
      .map(([name, text]) => `?${name}=${encodeURIComponent(text.toWellFormed())}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('?limit=0', '?limit=101', '?limit=1e9', '?limit=%', '?cursor=%00', '?=&&='),
  },
);

const parameter = fc.oneof(
  fc.constant('0197a1b2-0000-7000-8000-00000000000a'),
  headerText.map((text) => encodeURIComponent(text.toWellFormed()) || '%'),
  fc.constantFrom('%', '%00', '%E0%A4%A', '%ff', '..', '%2e%2e', '%2F', 'google', 'apple', 'constructor'),
);

const request = fc.record({
  route: fc.nat(),
  method: fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS') },
  ),
  parameter,
  query,
  body,
  contentType,
  authorization,
  headers,
});

const seed = Math.floor(Math.random() * 2 ** 31);

test(`whatever comes is answered, and by a problem where it is refused (seed ${seed})`, async () => {
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(request, async (chosen) => {
      const route = routes[chosen.route % routes.length] as Route;
      const method = chosen.method ?? route.method;
      const path = route.path.replace(/0197a1b2-[\w-]+|google$/, chosen.parameter) + chosen.query;
      const sent = {
        ...chosen.headers,
        'Content-Type': chosen.contentType,
        Authorization: chosen.authorization(),
      };
      const options = {
        headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => isHeader(value))) as Record<
          string,
          string
        >,
        ...(/^(GET|HEAD)$/.test(method) ? {} : bodyOf(chosen.body(route))),
      };
      const before = await state();
      const answer = await service.call(method, path, options);
      const said = `${method} ${path} ${JSON.stringify(options)}: ${answer.status} ${answer.text}`;
      seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
      expect(answer.status, said).toBeLessThan(500);
      if (answer.status < 400) {
        if (!/^(GET|HEAD|OPTIONS)$/.test(method)) person = await newOperator(service);
        return;
      }
      expect(await state(), said).toEqual(before);
      if (method === 'HEAD') expect(answer.text, said).toBe('');
      else if (!speaksOAuth(route) || answer.status === 405) expectAnyProblem(answer);
    }),
    { numRuns: 400, seed, endOnFailure: true },
  );
  // It got somewhere: some were good, some had the wrong form, some no token.
  for (const status of [200, 401, 422]) expect([...seen.keys()], JSON.stringify([...seen])).toContain(status);
});

function isHeader(value: string | undefined): boolean {
  if (value === undefined) return false;
  try {
    new Headers({ 'X-Any': value });
    return true;
  } catch {
    return false;
  }
}

function bodyOf(sent: string | Uint8Array | undefined): { body?: BodyInit } {
  return sent === undefined ? {} : { body: sent as BodyInit };
}

test('no text that Postgres or Neon cannot take gets through, in any field of any endpoint', async () => {
  const fieldsOf = (route: Route) => (speaksOAuth(route) ? ['token', 'refresh_token'] : bodyFields(route));
  for (const route of routes.filter(changesSomething)) {
    for (const field of fieldsOf(route)) {
      for (const unstorable of ['\0', '\ud800']) {
        const fields = { [field]: `${plausible[field]?.(person, route)}${unstorable}` };
        const send = () => callAs(service, person, route, { fields });
        let answer = await send();
        if (answer.status === 401) {
          person = await newOperator(service);
          answer = await send();
        }
        expect(answer.status, `${route.route} ${field}: ${answer.text}`).toBeLessThan(500);
      }
    }
  }
});

test('a User-Agent that is cut between the halves of a character is kept as text', async () => {
  const { email } = await newUser(service);
  const answer = await service.call('POST', '/api/auth/login', {
    json: { email, password },
    headers: { 'User-Agent': `${'a'.repeat(511)}😀` },
  });
  expect(answer.status).toBe(200);
});

test('what was logged meanwhile holds no password, no token and no address', () => {
  const lines = JSON.stringify(service.logged);
  for (const sent of [password, anotherPassword]) expect(lines).not.toContain(sent);
  expect(lines).not.toMatch(/eyJ[\w-]+\.eyJ|@example\.test|@b\.example/);
});

test('every character that an address may have is one that Postgres calls lower case', async () => {
  const { emailAddress } = await import('../src/http/fields.ts');
  const kept: string[] = [];
  for (let point = 0x21; point <= 0x10ffff; point += 1) {
    const typed = String.fromCodePoint(point);
    if (!/\p{Changes_When_Casemapped}/u.test(typed)) continue;
    const { data } = emailAddress().safeParse(`${typed}@b.example`);
    if (data !== undefined) kept.push(data.replace('@b.example', ''));
  }
  expect(kept.length).toBeGreaterThan(2_000);
  const differing = await service.dependencies.database.query(
    sql`select c from unnest(${sql.param(kept)}::text[]) as c where c <> lower(c)`,
    { repeatable: true },
  );
  expect(differing).toEqual([]);
});
