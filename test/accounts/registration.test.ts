// A registration stands apart from users until its own mail is used, and whoever proves the mailbox chooses the password.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import { mailsPerHour } from '../../src/lifetimes.ts';
import { logIn, shown } from '../login/accounts.ts';
import { byCode, byLink, otherPassword, registered, verify, wrongCode } from '../mail/granted.ts';
import { breakMail, mendMail } from '../mail/mail-server.ts';
import { newPerson } from '../mail/tables.ts';
import { mailsTo, newAddress, password, type Service, startService } from '../service.ts';
import { register, resend } from './mailed.ts';
import { another, problem } from './people.ts';

const users = (service: Service, email: string) =>
  service.dependencies.database.query(sql`select id from users where email = ${email}`, { repeatable: true });

test('nothing is a user before the proof, whatever was typed, and the proof makes one', async () => {
  const service = await startService();
  const mine = await registered(service, newAddress(), { password });
  expect(await users(service, mine.email)).toEqual([]);
  expect(await logIn(service, mine.email, password)).toMatchObject(problem(401, 'invalid-credentials'));
  expect(await verify(service, byCode(mine))).toMatchObject({ status: 204, text: '', trips: 2 });
  const owner = await another(service, mine.email);
  expect((await owner.call('GET', '/api/users/me')).body).toMatchObject({
    name: 'Ada',
    email_verified: true,
    role: 'user',
  });
});

test.for([
  ['link', byLink],
  ['code', byCode],
] as const)('a registration is proven by %s once', async ([, way]) => {
  const service = await startService();
  const mine = await registered(service);
  expect(await verify(service, way(mine))).toMatchObject({ status: 204 });
  for (const presented of [byLink(mine), byCode(mine)])
    expect(await verify(service, presented, { password: otherPassword })).toMatchObject(
      problem(400, 'invalid-token'),
    );
  await expect(another(service, mine.email)).resolves.toBeDefined();
});

test('a password at the registration is judged and not kept: the one at the proof opens the account', async () => {
  const service = await startService();
  const weak = await register(service, newAddress(), { password: 'password1234567' });
  expect(weak).toMatchObject(problem(422, 'weak-password', { errors: [{ pointer: '/password' }] }));
  const mine = await registered(service, newAddress(), { password: otherPassword });
  for (const more of [{ password: undefined }, { password: 'password1234567' }])
    expect(await verify(service, byLink(mine), more)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/password' }] },
    });
  await verify(service, byLink(mine));
  await expect(another(service, mine.email, { password: otherPassword })).rejects.toThrow('401');
  await expect(another(service, mine.email)).resolves.toBeDefined();
});

test('the name and the photo come along with the handle alone; by link they are asked for again', async () => {
  const service = await startService();
  const photo = 'https://pictures.example.test/ada.png';
  const typed = { name: 'Ada of the form', photo };
  const proofs = {
    'link alone': { as: byLink, more: { name: 'Ada of the page' }, name: 'Ada of the page', photo: null },
    'link and handle': {
      as: (one: { token: string; request: string }) => ({ token: one.token, request: one.request }),
      more: { name: undefined },
      name: typed.name,
      photo,
    },
    'code and handle': { as: byCode, more: { name: undefined }, name: typed.name, photo },
  };
  for (const [what, { as, more, name, photo }] of Object.entries(proofs)) {
    const mine = await registered(service, newAddress(), typed);
    if (what === 'link alone')
      expect(await verify(service, as(mine), { name: undefined })).toMatchObject(
        problem(422, 'validation-failed', { errors: [{ pointer: '/name' }] }),
      );
    expect(await verify(service, as(mine), more), what).toMatchObject({ status: 204 });
    const { body } = await (await another(service, mine.email)).call('GET', '/api/users/me');
    expect(body, what).toMatchObject({ name, photo });
  }
});

test('a stranger’s registrations leave the owner’s mail as good as it was, though they use up the hour’s mails', async () => {
  const service = await startService();
  const mine = await registered(service);
  for (let count = 0; count < mailsPerHour + 3; count += 1) {
    service.clock.advance(1);
    await register(service, mine.email, { name: 'Stranger' });
  }
  expect(await mailsTo(mine.email)).toHaveLength(mailsPerHour);
  expect(await verify(service, byCode(mine))).toMatchObject({ status: 204 });
});

test('mails that waited are each as good as the other, and the password is the prover’s', async () => {
  const service = await startService();
  const email = newAddress();
  await breakMail(email, 'temporary-failure');
  await register(service, email, { password, name: 'Ada' });
  service.clock.advance(1);
  await register(service, email, { password: otherPassword, name: 'Stranger' });
  await mendMail(email);
  service.clock.advance(60);
  await deliverWaitingMails(service.dependencies);
  const mails = await mailsTo(email);
  expect(mails).toHaveLength(2);
  const token = /token=([\w-]+)/.exec(mails[1]?.text ?? '')?.[1] ?? '';
  expect(await verify(service, { token })).toMatchObject({ status: 204 });
  await expect(another(service, email, { password: otherPassword })).rejects.toThrow('401');
  await expect(another(service, email)).resolves.toBeDefined();
});

test('another mail for a registration goes with its handle, and the codes of both work with it', async () => {
  for (const which of [0, 1]) {
    const service = await startService();
    const first = await registered(service);
    service.clock.advance(1);
    const second = await resend(service, first);
    expect(second.code).not.toBe(first.code);
    const { code = '' } = [first, second][which] ?? {};
    expect(await verify(service, { request: second.request, code })).toMatchObject({ status: 204 });
  }
});

test('a code works with the handle whose mail carried it, and no other', async () => {
  const service = await startService();
  const first = await registered(service);
  const second = await registered(service, first.email);
  const crossed = { request: first.request, code: second.code };
  if (first.code !== second.code)
    expect(await verify(service, crossed)).toMatchObject(problem(400, 'invalid-code', { attempts_left: 4 }));
  expect(await verify(service, byCode(second))).toMatchObject({ status: 204 });
});

test('a registration with a verified address changes nothing of its account, and tells its owner', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const owner = await another(service, email);
  const { body: before } = await owner.call('GET', '/api/users/me');
  const { body } = await register(service, email, { password: otherPassword, name: 'Stranger' });
  expect((await owner.call('GET', '/api/users/me')).body).toEqual(before);
  await expect(another(service, email, { password: otherPassword })).rejects.toThrow('401');
  const [mail] = await mailsTo(email, 1);
  expect(mail?.subject).toContain('already have an account');
  expect(mail?.text).not.toContain('Stranger');
  expect(mail?.text).not.toContain('token=');
  // Its handle takes tries as any other does.
  expect(await verify(service, { request: body.request, code: '123456' })).toMatchObject(
    problem(400, 'invalid-code', { attempts_left: 4 }),
  );
});

test('of proofs at once of registrations of one address one makes the account, 10 times', async () => {
  const service = await startService();
  for (let round = 0; round < 10; round += 1) {
    const email = newAddress();
    const first = await registered(service, email);
    const second = await registered(service, email);
    const chosen = [password, otherPassword];
    const answers = await Promise.all(
      [byCode(first), byLink(second)].map((presented, index) =>
        verify(service, presented, { password: chosen[index] }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
    const winner = answers.findIndex(({ status }) => status === 204);
    await expect(another(service, email, { password: chosen[winner] })).resolves.toBeDefined();
    await expect(another(service, email, { password: chosen[1 - winner] })).rejects.toThrow('401');
  }
});

test('registering and then logging in tells nothing of whether the address is taken', async () => {
  const service = await startService();
  const { email: taken } = await newPerson(service);
  const look = async (email: string) => {
    const asked = await register(service, email, { password: otherPassword });
    const { request } = asked.body;
    const wrong = await verify(service, { request, code: wrongCode('000000') });
    return [asked, wrong, await logIn(service, email, otherPassword)].map((answer) => {
      const { text, ...rest } = shown(answer);
      return { ...rest, text: text.replace(request, '').replace(/"request":"[^"]*"/, '') };
    });
  };
  const [free, used] = [await look(newAddress()), await look(taken)];
  expect(used).toEqual(free);
  expect(free[2]).toMatchObject({ status: 401 });
});
