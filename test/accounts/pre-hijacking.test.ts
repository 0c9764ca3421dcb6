// Account pre-hijacking: whatever a stranger has typed at somebody's address, before or after them, is worth nothing once the
// owner of the mailbox has proven it.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { logIn, newAccount } from '../login/accounts.ts';
import {
  byCode,
  byLink,
  forgot,
  type Granted,
  otherPassword,
  registered,
  reset,
  verify,
} from '../mail/granted.ts';
import { mailsTo, newAddress, password, type Service, startService } from '../service.ts';
import { another, problem } from './people.ts';

const strangers = 'ember pocket glacier oak';
const typed = { name: 'Stranger', password: strangers, photo: 'https://pictures.example.test/stranger.png' };

type Inbox = { readonly owners: Granted[]; readonly strangers: Granted[] };

/** Who registered, one after the other, and whose mail is whose. */
async function inbox(service: Service, order: string): Promise<Inbox> {
  const email = newAddress();
  const mails: Inbox = { owners: [], strangers: [] };
  for (const who of order.split(', ')) {
    const isOwner = who === 'owner';
    const one = await registered(service, email, isOwner ? { name: 'Ada', password } : typed);
    mails[isOwner ? 'owners' : 'strangers'].push(one);
    service.clock.advance(1);
  }
  return mails;
}

/** The owner reads every mail, takes a stranger's for their own, and has the handle of their own registration alone. */
const proofs: Record<string, (mails: Inbox) => Parameters<typeof verify>[1]> = {
  'the link of the own mail': ({ owners: [mine] }) => byLink(mine as Granted),
  'the code of the own mail': ({ owners: [mine] }) => byCode(mine as Granted),
  "the link of a stranger's mail": ({ strangers: [theirs] }) => byLink(theirs as Granted),
  "the link of a stranger's mail, with the own handle": ({ owners: [mine], strangers: [theirs] }) => ({
    token: theirs?.token ?? '',
    request: mine?.request,
  }),
};

const orders = ['stranger, owner', 'owner, stranger', 'stranger, owner, stranger'];

test.for(orders.flatMap((order) => Object.keys(proofs).map((proof) => [order, proof] as const)))(
  'registered by %s and proven by %s: the account is the owner’s alone',
  async ([order, proof]) => {
    const service = await startService();
    const mails = await inbox(service, order);
    const [{ email } = { email: '' }] = mails.owners;
    const presented = proofs[proof]?.(mails) ?? { token: '' };
    expect(await verify(service, presented)).toMatchObject({ status: 204 });
    const owner = await another(service, email);
    const { body } = await owner.call('GET', '/api/users/me');
    expect(body).toMatchObject({ name: 'Ada', photo: null, role: 'user' });
    expect(await logIn(service, email, strangers)).toMatchObject(problem(401, 'invalid-credentials'));

    // No handle, no link and no code of before does anything any more, not even the right one.
    for (const each of [...mails.owners, ...mails.strangers]) {
      for (const way of [byLink, byCode])
        expect(await verify(service, way(each), { password: strangers })).toMatchObject(
          problem(400, 'invalid-token'),
        );
    }
    await expect(another(service, email)).resolves.toMatchObject({ id: owner.id });
    await expect(another(service, email, { password: strangers })).rejects.toThrow('401');
  },
);

test("a stranger's mail takes nothing of the stranger's over: the page has to ask for a name", async () => {
  const service = await startService();
  const { owners, strangers: theirs } = await inbox(service, 'owner, stranger');
  const { token = '' } = theirs[0] ?? {};
  for (const request of [undefined, owners[0]?.request])
    expect(await verify(service, { token }, { name: undefined, request })).toMatchObject(
      problem(422, 'validation-failed', { errors: [{ pointer: '/name' }] }),
    );
  expect(await verify(service, byCode(owners[0] as Granted))).toMatchObject({ status: 204 });
});

/** Somebody whom another system had, without a proof of the address, with an operator's rights and what hangs on their id. */
async function imported(service: Service): Promise<{ id: string; email: string }> {
  const bcryptOfStrangers = '$2b$04$VRPDlm7dsL0ccOTlpW2Rne4ZRYRMb.hqE2ejXn1X1sZF2DkUazJ/S';
  const email = await newAccount(service, bcryptOfStrangers, { isVerified: false });
  const [user] = await service.dependencies.database.query<{ id: string }>(
    sql`
      update users set role = 'admin', name = 'Imported', photo = 'https://pictures.example.test/old.png'
      where email = ${email} returning id`,
    { repeatable: true },
  );
  return { id: user?.id ?? '', email };
}

const proving = {
  'a registration': async (service: Service, email: string) =>
    verify(service, byLink(await registered(service, email, { name: 'Ada' }))),
  'a reset': async (service: Service, email: string) =>
    reset(service, await forgot(service, email).then(byLink), password),
};

test.for(Object.entries(proving))(
  'an imported user whom nobody had proven belongs to who proves the address by %s, with no more rights than anybody',
  async ([how, proveBy]) => {
    const service = await startService();
    const { id, email } = await imported(service);
    expect(await proveBy(service, email)).toMatchObject({ status: 204 });
    const owner = await another(service, email);
    const { body } = await owner.call('GET', '/api/users/me');
    expect(body).toMatchObject({ id, role: 'user', email_verified: true });
    if (how === 'a registration') expect(body).toMatchObject({ name: 'Ada', photo: null });
    const old = await logIn(service, email, 'correct horse battery staple');
    expect(old).toMatchObject(problem(401, 'invalid-credentials'));
  },
);

test('a registration changes nothing of an imported user before it is proven', async () => {
  const service = await startService();
  const { email } = await imported(service);
  const row = () =>
    service.dependencies.database.query(sql`select * from users where email = ${email}`, {
      repeatable: true,
    });
  const before = await row();
  await registered(service, email, typed);
  expect(await row()).toEqual(before);
});

test('a stranger who gets nobody’s proof has nothing: no account, no session, and a day later no request', async () => {
  const service = await startService();
  const theirs = await registered(service, newAddress(), typed);
  for (let guess = 0; guess < 5; guess += 1)
    await verify(service, { request: theirs.request, code: String(guess).padStart(6, '0') });
  expect(await verify(service, byCode(theirs), { password: otherPassword })).toMatchObject(
    problem(400, 'invalid-token'),
  );
  // The owner's link goes on working.
  expect(await verify(service, byLink(theirs))).toMatchObject({ status: 204 });
  const late = await registered(service, newAddress(), typed);
  service.clock.advance(24 * 60 * 60 + 1);
  expect(await verify(service, byLink(late))).toMatchObject(problem(400, 'invalid-token'));
  expect(await logIn(service, late.email, strangers)).toMatchObject({ status: 401 });
  expect(await mailsTo(late.email)).toHaveLength(1);
});
