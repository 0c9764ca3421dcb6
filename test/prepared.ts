// What has to be there before an endpoint can do what it is for, by its route. What a call sends is in plausible.ts.

import { sql } from 'drizzle-orm/sql/sql';
import { changed } from './accounts/mailed.ts';
import { type Person, signedIn } from './accounts/people.ts';
import { startNotifier } from './apple/notifier.ts';
import { mailed } from './email-codes/codes.ts';
import type { Changes } from './endpoints.ts';
import { enrol, withTotp } from './factors/authenticator.ts';
import { identityOf, shown } from './identities/ceremonies.ts';
import { forgot, registered } from './mail/granted.ts';
import { added } from './passkeys/ceremonies.ts';
import { withPasskey } from './passkeys/owner.ts';
import { password, type Service } from './service.ts';

type Prepare = (service: Service, person: Person) => Promise<Changes>;

/** Changes a call of `callAs`, and makes what it is about. */
export const prepared: Readonly<Record<string, Prepare>> = {
  'POST /api/auth/login/second-factor': async (service, person) => {
    const { app, email } = await withTotp(service, person);
    const { body } = await service.call('POST', '/api/auth/login', { json: { email, password } });
    return { fields: { auth_session: body.auth_session, totp: app.code(1) } };
  },
  'POST /api/auth/passkey/options': async () => ({ fields: { auth_session: undefined } }),
  'POST /api/auth/passkey': async (service, person) => ({
    fields: { credential: await (await withPasskey(service, person)).answer() },
  }),
  'POST /api/auth/login/:provider': async (service) => ({
    fields: { ...(await shown(service)), totp: undefined },
  }),
  'POST /api/auth/apple/notifications': async (service) => ({
    fields: { payload: await startNotifier(service)({ type: 'email-disabled', sub: 'nobody' }) },
  }),
  'POST /api/auth/login/email-code': async (service, { email }) => {
    const { request, code } = await mailed(service, email);
    return { fields: { request, code } };
  },
  'POST /api/auth/verify-email': registration,
  'POST /verify-email': registration,
  'POST /api/auth/reset-password': forgotten,
  'POST /reset-password': forgotten,
  'POST /api/auth/undo-email-change': undoing,
  'POST /undo-email-change': undoing,
  'DELETE /api/auth/sessions/:id': async (_, { session_id }) => ({ id: session_id }),
  'POST /api/users/me/totp/confirm': async (service, person) => ({
    fields: { totp: (await enrol(service, person)).code() },
  }),
  'POST /api/users/me/totp/recovery-codes': async (service, person) => {
    const { access_token } = await withTotp(service, person);
    return { headers: { Authorization: `Bearer ${access_token}` } };
  },
  'PATCH /api/users/me/passkeys/:id': (_, person) => added(person),
  'DELETE /api/users/me/passkeys/:id': (_, person) => added(person),
  'POST /api/users/me/identities/:provider': async (service) => ({ fields: await shown(service) }),
  'DELETE /api/users/me/identities/:id': async (service, person) => identityOf(service, person),
  'GET /api/admin/users/:id': somebody,
  'PATCH /api/admin/users/:id': somebody,
  'DELETE /api/admin/users/:id': somebody,
  'POST /api/admin/users/:id/disable': somebody,
  'POST /api/admin/users/:id/enable': somebody,
  'POST /api/admin/users/:id/end-sessions': somebody,
  'POST /api/admin/users/:id/send-reset': somebody,
  'POST /api/admin/users/:id/remove-second-factors': somebody,
  'POST /api/admin/mails/:id/retry': async (service) => ({
    id: await mailOf(service, await signedIn(service)),
  }),
  'GET /api/posts/:id': post,
  'PATCH /api/posts/:id': post,
  'DELETE /api/posts/:id': post,
};

/** Whom an operator does something to. */
async function somebody(service: Service): Promise<Changes> {
  const { id } = await signedIn(service);
  return { id };
}

/** The id of a mail that can be sent again. */
async function mailOf(service: Service, { id, email }: Person): Promise<string> {
  await service.call('POST', '/api/auth/forgot-password', { json: { email } });
  const [row] = await service.dependencies.database.query<{ id: string }>(
    sql`select id from mails where user_id = ${id} and kind = 'reset-password'`,
    { repeatable: true },
  );
  return row?.id ?? '';
}

async function registration(service: Service): Promise<Changes> {
  const { token } = await registered(service);
  return { fields: { token } };
}

async function forgotten(service: Service, { email }: Person): Promise<Changes> {
  const { token } = await forgot(service, email);
  return { fields: { token } };
}

/** A change that was asked for with a second factor: then undoing it takes one, too. */
async function undoing(service: Service, person: Person): Promise<Changes> {
  const { app, ...sure } = await withTotp(service, person);
  service.clock.advance(1);
  const token = await changed(sure, person.email);
  const code = app.code(1);
  return { fields: { token, totp: code, second_factor: code } };
}

async function post(service: Service, { access_token: bearer }: Person): Promise<Changes> {
  const json = { title: `On ${crypto.randomUUID()}`, content: 'Words' };
  const { body } = await service.call('POST', '/api/posts', { bearer, json });
  return { id: body.id };
}
