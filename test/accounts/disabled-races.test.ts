// A sign-in at the very moment of disabling leaves no session that can be used, at whichever door it was.

import { expect, test } from 'vitest';
import { accountOf, mailed, use } from '../email-codes/codes.ts';
import { newStage, withKey } from '../identities/provider-sign-in.ts';
import { newPerson } from '../mail/tables.ts';
import { withPasskey } from '../passkeys/owner.ts';
import { type Answer, newDatabase, password, type Service } from '../service.ts';
import { refresh, times } from '../sessions/driver.ts';
import { lineUp } from '../sessions/line-up.ts';
import { disable } from './disabled-people.ts';
import { problem } from './people.ts';

type Door = (email: string, id: string) => Promise<() => Promise<Answer>>;

/** Each with what it takes at hand, so that nothing but the sign-in itself is left to do. */
async function doors(): Promise<{ service: Service; doors: Record<string, Door> }> {
  const { service, shown } = await newStage({ EMAIL_CODES: 'true', DATABASE_URL: await newDatabase() });
  const { headers } = withKey();
  const post = (path: string, json: object) => () => service.call('POST', path, { json, headers });
  return {
    service,
    doors: {
      password: async (email) => post('/api/auth/login', { email, password }),
      passkey: async (_, id) => {
        const credential = await (await withPasskey(service, { id })).answer();
        return post('/api/auth/passkey', { credential });
      },
      provider: async (email) =>
        post('/api/auth/login/google', await shown('google', { email, email_verified: true })),
      'email-code': async (email) => {
        const code = await mailed(service, email);
        return () => use(service, code);
      },
    },
  };
}

async function somebody(service: Service): Promise<{ email: string; id: string }> {
  const { email } = await newPerson(service, `${crypto.randomUUID()}@gmail.com`);
  return { email, id: (await accountOf(service, email))?.id ?? '' };
}

const disabled = problem(403, 'account-disabled');

/** Whatever was answered, nothing of it opens the account. */
async function expectShut(service: Service, email: string, answers: readonly Answer[]) {
  expect(await accountOf(service, email)).toMatchObject({ live_sessions: 0 });
  for (const answer of answers) {
    if (answer.status !== 200) {
      expect(answer).toMatchObject(disabled);
      continue;
    }
    const { access_token: bearer, refresh_token } = answer.body;
    const ended = problem(401, 'session-ended', { discard_credentials: true });
    expect(await service.call('GET', '/api/users/me', { bearer })).toMatchObject(ended);
    expect(await refresh(service, refresh_token)).toMatchObject({
      ...ended,
      body: { reason: 'disabled' },
    });
  }
}

test('behind the disabling a sign-in is refused, and before it the session is over', async () => {
  const { service, doors: all } = await doors();
  for (const [name, door] of Object.entries(all)) {
    const { email, id } = await somebody(service);
    const signIn = await door(email, id);
    const row = { table: 'users', id } as const;
    if (name !== 'password') {
      const [, late] = await lineUp(service, row, [() => disable(service, id), signIn]);
      expect(late, name).toMatchObject(disabled);
      await expectShut(service, email, []);
      continue;
    }
    const [early] = await lineUp(service, row, [signIn, () => disable(service, id)]);
    expect(early, name).toMatchObject({ status: 200 });
    await expectShut(service, email, [early]);
  }
});

test(`beside eight sign-ins at once (${times(5, 200)} times)`, async () => {
  const { service } = await doors();
  for (let repetition = 0; repetition < times(5, 200); repetition += 1) {
    const { email, id } = await somebody(service);
    const { answer } = await withPasskey(service, { id });
    const shown = await Promise.all(Array.from({ length: 8 }, () => answer()));
    const signIn = (credential: unknown) =>
      service.call('POST', '/api/auth/passkey', { json: { credential } });
    const [before, after] = [shown.slice(0, repetition % 8), shown.slice(repetition % 8)];
    const first = before.map(signIn);
    const disabling = disable(service, id);
    const answers = await Promise.all([...first, ...after.map(signIn)]);
    await disabling;
    await expectShut(service, email, answers);
  }
});
