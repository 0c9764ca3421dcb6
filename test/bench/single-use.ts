// What is good for one sign-in: ID tokens with a nonce of ours, and mailed codes. They are made before a slice, and each belongs to
// another user than the one before it, since what one user does waits for the user's row.

import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { sealNonce } from '../../src/authentication/sign-in-nonce.ts';
import { importDataKeys } from '../../src/tokens/data-keys.ts';
import { grantSecrets, hashCode } from '../../src/tokens/one-time.ts';
import { seal } from '../../src/tokens/sealed.ts';
import { withMailedCode, withProvider } from './factors.ts';
import { idToken, provider, subjectOf } from './id-token.ts';

type Shown<What> = What & { readonly user: number };

export type SingleUse = {
  /** For a slice of that length. */
  issueIdTokens(seconds: number): Promise<void>;
  nextIdToken(): Shown<{ readonly id_token: string; readonly nonce: string }>;
  /** One for each of those who sign in by one, as if the mails had arrived. */
  mailCodes(): Promise<void>;
  nextCode(): Shown<{ readonly request: string; readonly code: string }>;
};

/** More sign-ins than any Worker answers on two processors, with a signature of 1 ms and two of them. */
const signInsASecond = 1_000;
const codeDigits = 8;

export async function singleUse(
  client: pg.Client,
  { DATA_KEYS }: { readonly DATA_KEYS: string },
  userId: (user: number) => string,
): Promise<SingleUse> {
  const dataKeys = await importDataKeys(JSON.parse(DATA_KEYS).keys);
  const users = (range: { readonly first: number; readonly count: number }) =>
    Array.from({ length: range.count }, (_, n) => range.first + n);
  const vouched = users(withProvider);
  await client.query(
    `with known as (
      insert into identities (id, user_id, provider, issuer, subject, client_id, created_at, last_used_at)
      select gen_random_uuid(), id, $1, $2, subject, $3, now(), now() from unnest($4::uuid[], $5::text[]) as u (id, subject)
      returning user_id
    )
    update users u set identity_count = 1 from known k where u.id = k.user_id`,
    [provider.name, provider.issuer, provider.audience, vouched.map(userId), vouched.map(subjectOf)],
  );

  let idTokens: Shown<{ id_token: string; nonce: string }>[] = [];
  let codes: Shown<{ request: string; code: string }>[] = [];
  const next = <T>(made: T[]): T => {
    const one = made.pop();
    if (one === undefined) throw new Error('Too few were made');
    return one;
  };
  return {
    async issueIdTokens(seconds) {
      const count = withProvider.count + Math.ceil(seconds * signInsASecond);
      const nonces = Array.from({ length: count }, () => sealNonce(dataKeys, new Date(), randomBytes));
      idTokens = (await Promise.all(nonces)).map((nonce, n) => {
        const user = vouched[n % vouched.length] ?? 0;
        return { user, nonce, id_token: idToken(provider, { user, nonce }) };
      });
    },
    nextIdToken: () => next(idTokens),
    async mailCodes() {
      const made = users(withMailedCode).map(async (user) => {
        const id = crypto.randomUUID();
        const { code } = await grantSecrets(dataKeys, id, { purpose: 'sign-in', codeLength: codeDigits });
        const [codeHash = ''] = await hashCode(dataKeys, id, code);
        const handle = { subject: `${id} sign-in`, expiresAt: Math.floor(Date.now() / 1000) + 3_600 };
        const request = await seal(dataKeys, 'request', handle);
        return { user, id, code, codeHash, request };
      });
      const mails = await Promise.all(made);
      await client.query('delete from email_requests; delete from email_destinations');
      await client.query(
        `with asked as (
          insert into email_requests (id, purpose, address_hash, email, grant_epoch, created_at, expires_at)
          select m.id, 'sign-in', encode(sha256(convert_to(u.email, 'UTF8')), 'hex'), u.email, 0, now(), now() + interval '10 minutes'
          from unnest($1::uuid[], $2::uuid[]) as m (id, user_id) join users u on u.id = m.user_id
        )
        insert into mailed_grants (mail_id, request_id, token_hash, code_hash, expires_at)
        select id, id, id::text, code_hash, now() + interval '10 minutes' from unnest($1::uuid[], $3::text[]) as m (id, code_hash)`,
        [
          mails.map(({ id }) => id),
          mails.map(({ user }) => userId(user)),
          mails.map(({ codeHash }) => codeHash),
        ],
      );
      codes = mails;
    },
    nextCode: () => next(codes),
  };
}
