// What the attacks on mailed codes have in common: requests, guesses, and how many of them were counted at a code.

import { createHash, randomInt } from 'node:crypto';
import { digestOf } from '../../src/encoding.ts';
import { type AttackedService, password } from './attacked-service.ts';
import type { Answer } from './post.ts';

export type Purpose = 'reset-password' | 'register';

const paths = {
  'reset-password': { ask: '/auth/forgot-password', type: '/auth/reset-password', digits: 8 },
  register: { ask: '/auth/register', type: '/auth/verify-email', digits: 6 },
} as const;

export type Asked = { readonly request: string; readonly code_length: number; readonly resend_after: number };

export async function askForCode({ ask }: AttackedService, purpose: Purpose, email: string): Promise<Asked> {
  const answer = await ask(paths[purpose].ask, { email, name: 'Ada' });
  if (answer.status !== 202) throw new Error(`${paths[purpose].ask}: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body);
}

/** One code, another each time unless given. */
export function guessCode(
  { ask }: AttackedService,
  purpose: Purpose,
  request: string,
  {
    code = randomCode(purpose),
    ...over
  }: { code?: string; connection?: number; bearer?: string | undefined } = {},
): Promise<Answer> {
  return ask(paths[purpose].type, { request, code, password }, over);
}

function randomCode(purpose: Purpose): string {
  const { digits } = paths[purpose];
  return String(randomInt(10 ** digits)).padStart(digits, '0');
}

/** What the requests of a day, since the first, count and are worth. */
export type Day = {
  readonly day: number;
  readonly requests: number;
  /** Mails with a code. */
  readonly mails: number;
  /** … of digits. */
  readonly short: number;
  /** Requests that have such a code. */
  readonly guessable: number;
  readonly tries: number;
  /** Tries that were held against a code of digits, once for each. */
  readonly met: number;
  /** The most tries of one request. */
  readonly most: number;
};

export async function triesByDay(
  { database, mailsTo }: AttackedService,
  addresses: readonly string[],
  since: Date,
): Promise<Day[]> {
  const mails = (await Promise.all(addresses.map(mailsTo))).flat();
  const short = mails.filter(({ text }) => /^\s*(\d{6}|\d{8})\s*$/m.test(text));
  const shortTokens = short.map(({ text }) => /token=([\w-]+)/.exec(text)?.[1] ?? '');
  const { rows } = await database.query<Day>(
    `select floor(extract(epoch from r.created_at - $2::timestamptz) / 86400)::int + 1 as day,
       count(*)::int as requests, sum(c.mails)::int as mails, sum(c.short)::int as short,
       (count(*) filter (where c.short > 0))::int as guessable, sum(r.code_tries)::int as tries,
       sum(r.code_tries * c.short)::int as met, max(r.code_tries)::int as most
     from email_requests r, lateral (
       select count(*) as mails, count(*) filter (where g.token_hash = any ($3)) as short
       from mailed_grants g where g.request_id = r.id
     ) c
     where r.address_hash = any ($1) and r.created_at >= $2 group by 1 order by 1`,
    [addresses.map(addressHash), since, await Promise.all(shortTokens.map(digestOf))],
  );
  return rows;
}

function addressHash(address: string): string {
  return createHash('sha256').update(address).digest('hex');
}

/** Wrong codes over the whole service, within the hour that is counted at present. */
export async function wrongCodesOfTheService({ database }: AttackedService): Promise<number> {
  const { rows } = await database.query<{ wrong: number }>(
    "select wrong_codes as wrong from email_destinations where address_hash = 'service' and counter = ''",
  );
  return rows[0]?.wrong ?? 0;
}
