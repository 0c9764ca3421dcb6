// Whoever asks for a code to sign in hears the same for any address, and the mail is the same: a code, and nothing that opens
// anything where it is read.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { mailsPerHour } from '../../src/lifetimes.ts';
import { changed, newest, undo } from '../accounts/mailed.ts';
import { problem, signedIn } from '../accounts/people.ts';
import { forgot, registered, reset, verify } from '../mail/granted.ts';
import { insertImported, newPerson, queued } from '../mail/tables.ts';
import { answerAndDie, countedFor, knownPerson } from '../proofs/asking.ts';
import { type Answer, codeIn, mailsTo, newAddress, type Service, startService } from '../service.ts';
import { accountOf, ask, mailed, mistyped, newKey, start, startOwn, use } from './codes.ts';

const over = problem(400, 'invalid-token');

async function imported(service: Service): Promise<string> {
  const email = newAddress();
  await insertImported(service, email);
  return email;
}

/** An address that its account has left, and may have back. */
async function held(service: Service): Promise<string> {
  const person = await signedIn(service);
  await changed(person, person.email);
  return person.email;
}

/** All that an answer shows but the handle, of which it shows how long it is. */
function shown({ status, body, headers, trips }: Answer) {
  const lines = [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
  return { status, trips, lines, body: { ...body, instance: '', request: body.request?.length } };
}

test('where it is not switched on, both paths say so, and nothing is asked of the database', async () => {
  const service = await startService();
  const off = problem(404, 'way-not-enabled');
  expect(await ask(service, newAddress())).toMatchObject({ ...off, trips: 0 });
  expect(await use(service, { request: 'any', code: '12345678' })).toMatchObject({ ...off, trips: 0 });
});

test('the answer is the same whoever has the address, and so is every answer to a wrong code', async () => {
  const service = await start();
  const emails = [
    newAddress(),
    (await newPerson(service)).email,
    await imported(service),
    await held(service),
    (await registered(service)).email,
  ];
  // The mails that some of them have had before count no more.
  service.clock.advance(60 * 60);
  const seen = [];
  for (const email of emails) {
    const answers = [];
    for (let mail = 0; mail < 2; mail += 1) {
      const asked = await ask(service, email, { locale: 'de-CH' });
      answers.push(shown(asked));
      for (let tries = 0; tries < 6; tries += 1)
        answers.push(shown(await use(service, { request: asked.body.request, code: '00000000' })));
    }
    seen.push(answers);
  }
  for (const each of seen) expect(each).toEqual(seen[0]);
  const statuses = seen[0]?.map(({ body }) => body.attempts_left ?? body.code_length ?? body.title);
  const died = 'This link or code is wrong, used or too old.';
  expect(statuses).toEqual([8, 4, 3, 2, 1, 0, died, 8, 4, 3, 2, 1, 0, died]);
  expect(seen[0]?.[0]?.body).toMatchObject({ expires_in: 600, code_length: 8 });
});

test('the mail is the same for known, unknown and imported addresses, and opens nothing by itself', async () => {
  const service = await start();
  const emails = [newAddress(), (await newPerson(service)).email, await imported(service)];
  const parts = [];
  for (const email of emails) {
    const { code, request } = await mailed(service, email, { name: 'Mallory', locale: 'xx-Mallory' });
    const [mail, ...more] = await mailsTo(email, 1);
    expect(more).toEqual([]);
    expect(code).toMatch(/^\d{8}$/);
    expect(mail?.subject).toBe('Your code to sign in at app.example.test');
    for (const part of [mail?.html, mail?.text]) {
      expect(part).toContain(code);
      expect(part).toContain('within 10 minutes');
      expect(part).not.toMatch(/https?:|href|token=|Ada|Mallory/);
      expect(part).not.toContain(request);
    }
    parts.push([mail?.html, mail?.text].map((part) => part?.replaceAll(code, '')));
  }
  expect(parts).toEqual(Array(3).fill(parts[0]));
});

test('an address that an account may have back gets word of that, and no code; its owner’s code works again after the undo', async () => {
  const service = await startOwn();
  const person = await signedIn(service);
  const token = await changed(person, person.email);
  const { body } = await ask(service, person.email);
  const taken = async (count: number) => {
    const { length } = await mailsTo(person.email, count);
    expect(length).toBe(count);
    return (await mailsTo(person.email)).filter(({ subject }) => subject.includes('already have an account'));
  };
  // Beside the two about the change.
  expect(await taken(3)).toHaveLength(1);
  await service.call('POST', '/api/auth/resend-verification', { json: { request: body.request } });
  const mails = await taken(4);
  expect(mails).toHaveLength(2);
  for (const { text } of mails) expect(text).not.toMatch(/^\s*\d{8}\s*$/m);
  expect((await undo(service, token)).status).toBe(204);
  expect((await use(service, await mailed(service, person.email))).status).toBe(200);
});

test('a code that was mailed before the account left the address is worth nothing: neither the account nor a new one', async () => {
  const service = await start();
  const person = await signedIn(service);
  const code = await mailed(service, person.email);
  await changed(person, person.email);
  // Nothing is used up for it either.
  expect(await use(service, code)).toMatchObject({ ...over, trips: 1 });
  expect(await accountOf(service, person.email)).toBeUndefined();
});

test('a code works with the handle alone whose mail carried it, and for nothing else', async () => {
  const service = await start();
  const { email } = await newPerson(service);
  const [first, second] = [await mailed(service, email), await mailed(service, email)];
  const crossed = await use(service, { request: first.request, code: second.code });
  expect(crossed).toMatchObject(problem(400, 'invalid-code', { attempts_left: 4 }));
  const forgotten = await forgot(service, email);
  expect(await use(service, forgotten)).toMatchObject(over);
  expect(await reset(service, first)).toMatchObject(over);
  expect(await verify(service, first)).toMatchObject(over);
  expect(await use(service, { request: `${first.request}A`, code: first.code })).toMatchObject(over);
  expect((await use(service, first)).status).toBe(200);
});

test('what is no code of eight digits or twelve characters is a typing error, and no try', async () => {
  const service = await start();
  const { email, request, code } = await mailed(service);
  for (const typed of ['', '123456', '1234567', '123456789', 'ABCDEFGHJKL', 'a'.repeat(65)]) {
    expect(await use(service, { request, code: typed })).toMatchObject({ status: 422, trips: 0 });
  }
  expect(await countedFor(service, email)).toEqual({ stranger: { mails: 1, wrong: 0 } });
  // As people type it.
  expect((await use(service, { request, code: ` ${code.slice(0, 4)}-${code.slice(4)} ` })).status).toBe(200);
});

test('five tries, and then the right one is dead, too; the repeat of a try is none', async () => {
  const service = await start();
  const code = await mailed(service);
  const key = newKey();
  const guess = (headers = {}) => use(service, mistyped(code), {}, headers);
  for (const answer of [await guess(key), await guess(key)])
    expect(answer).toMatchObject(problem(400, 'invalid-code', { attempts_left: 4 }));
  for (const attempts_left of [3, 2, 1, 0]) expect((await guess()).body).toMatchObject({ attempts_left });
  expect(await guess()).toMatchObject(over);
  expect(await use(service, code)).toMatchObject(over);
  expect((await countedFor(service, code.email))['stranger']?.wrong).toBe(5);
});

test('after ten wrong codes a day mails carry twelve characters; what a known device types and asks for is apart', async () => {
  const service = await start();
  const { email, known_device } = await knownPerson(service);
  service.clock.advance(60 * 60);
  for (let handle = 0; handle < 2; handle += 1) {
    const code = await mailed(service, email);
    for (let tries = 0; tries < 5; tries += 1) await use(service, mistyped(code));
  }
  const long = await mailed(service, email);
  expect(long.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
  const own = await mailed(service, email, { known_device });
  expect(own.code).toMatch(/^\d{8}$/);
  await use(service, mistyped(own), { known_device });
  const counted = Object.entries(await countedFor(service, email));
  expect(counted.map(([who, { wrong }]) => [who === 'stranger', wrong]).toSorted()).toEqual([
    [false, 1],
    [true, 10],
  ]);
  expect((await use(service, long)).status).toBe(200);
});

test('of 30 calls at once five queue a mail, whoever has the address, and those of a known device are counted apart', async () => {
  const service = await startOwn();
  answerAndDie(service);
  const { email, known_device } = await signedIn(service);
  for (const each of [newAddress(), email]) {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask(service, each)));
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(202));
    const kinds = (await queued(service, each)).filter(({ kind }) => kind === 'sign-in-code');
    expect(kinds).toHaveLength(mailsPerHour);
  }
  await ask(service, email, { known_device });
  const kinds = (await queued(service, email)).filter(({ kind }) => kind === 'sign-in-code');
  expect(kinds).toHaveLength(mailsPerHour + 1);
});

test('a repeat of the call has the same request and sends nothing more; another mail of it comes by its handle', async () => {
  const service = await startOwn();
  const email = newAddress();
  const key = newKey();
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(service, email, {}, key)));
  expect(new Set(answers.map(({ body }) => body.request)).size).toBe(1);
  const [first, ...more] = await mailsTo(email, 1);
  expect(more).toEqual([]);
  const request = answers[0]?.body.request;
  service.clock.advance(9 * 60);
  const again = await service.call('POST', '/api/auth/resend-verification', { json: { request } });
  expect(again).toMatchObject({ status: 202, body: { expires_in: 600, code_length: 8 } });
  const second = await mailsTo(email, 2);
  service.clock.advance(9 * 60);
  // The code of the second mail lives on, and so does its request.
  expect((await use(service, { request, code: codeIn(second[1]) })).status).toBe(200);
  expect(codeIn(first)).not.toBe(codeIn(second[1]));
});

test('whoever deletes the account takes its codes along, and the handle answers as before', async () => {
  const service = await start();
  const person = await signedIn(service);
  const code = await mailed(service, person.email);
  const { body, status } = await use(service, await mailed(service, person.email));
  expect(status).toBe(200);
  const fresh = await mailed(service, person.email);
  const deleted = await service.call('DELETE', '/api/users/me', { bearer: body.access_token });
  expect(deleted.status).toBe(204);
  expect(await use(service, mistyped(fresh))).toMatchObject(
    problem(400, 'invalid-code', { attempts_left: 4 }),
  );
  for (const each of [code, fresh]) expect(await use(service, each)).toMatchObject(over);
  expect(await accountOf(service, person.email)).toBeUndefined();
  const rows = await service.dependencies.database.query(
    sql`select from email_requests where email = ${person.email}`,
    { repeatable: true },
  );
  expect(rows).toEqual([]);
  expect(await newest(person.email, 'was deleted')).toBeDefined();
});
