import { beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../service.ts';
import { draft, newPerson, newTitle, type Person, pathOf, problem } from './people.ts';

let service: Service;
let ada: Person;
let bob: Person;
let admin: Person;

beforeAll(async () => {
  service = await startService();
  [ada, bob, admin] = await Promise.all([
    newPerson(service),
    newPerson(service),
    newPerson(service, 'admin'),
  ]);
});

const nowhere = '/api/posts/01890a5d-ac96-774b-bcce-b302099a8057';

describe('changing', () => {
  test.for<object>([
    { title: newTitle() },
    { content: '' },
    { image: 'http://pictures.example.test/1.png' },
    { image: null },
    { ...draft(), image: null },
  ])('%o changes that and no more', async (fields) => {
    const post = await ada.post({ image: 'https://pictures.example.test/0.png' });
    service.clock.advance(60);
    const changed = await ada.call('PATCH', pathOf(post), { json: { ...fields, unknown: 1 } });
    expect(changed).toMatchObject({ status: 200, trips: 1 });
    expect(changed.body).toStrictEqual({
      ...post.body,
      ...fields,
      updated_at: service.clock.now.toISOString(),
    });
    expect(changed.headers.get('ETag')).toBe('"2"');
    const shown = await ada.call('GET', pathOf(post));
    expect(shown.body).toStrictEqual(changed.body);
    expect(shown.headers.get('ETag')).toBe('"2"');
  });

  test.for<[string, object]>([
    ['/title', { title: ' ' }],
    ['/title', { title: 5 }],
    ['/content', { content: 'x'.repeat(50_001) }],
    ['/image', { image: 'ftp://pictures.example.test/1.png' }],
  ])('%s out of bounds is refused, %#', async ([pointer, json]) => {
    const refused = await ada.call('PATCH', nowhere, { json });
    expect(refused).toMatchObject(problem(422, 'validation-failed', { errors: [{ pointer }] }));
  });

  test('to a taken title is refused and changes nothing, to its own succeeds', async () => {
    const { title } = (await bob.post()).body;
    const post = await ada.post();
    const json = { title, content: 'Lost.' };
    expect(await ada.call('PATCH', pathOf(post), { json })).toMatchObject(problem(409, 'title-taken'));
    expect((await ada.call('GET', pathOf(post))).body).toStrictEqual(post.body);
    const own = { title: post.body.title };
    expect(await ada.call('PATCH', pathOf(post), { json: own })).toMatchObject({ status: 200 });
  });
});

// What is true of every call that touches a post, whatever it does to it.
describe.for<[string, object | undefined, number]>([
  ['PATCH', { content: 'Changed.' }, 200],
  ['DELETE', undefined, 204],
])('%s', ([method, json, success]) => {
  test('is the author’s to do', async () => {
    const post = await ada.post();
    expect(await ada.call(method, pathOf(post), { json })).toMatchObject({ status: success, trips: 1 });
  });

  test('is an admin’s to do, by what the database says and not the token', async () => {
    const post = await ada.post();
    expect(await admin.call(method, pathOf(post), { json })).toMatchObject({ status: success, trips: 1 });
  });

  test('is nobody else’s to do, whatever they know about it', async () => {
    const post = await ada.post();
    for (const headers of [{}, { 'If-Match': '"1"' }, { 'If-Match': '"2"' }] as Record<string, string>[]) {
      const refused = await bob.call(method, pathOf(post), { json, headers });
      expect(refused).toMatchObject({ ...problem(403, 'not-the-author'), trips: 1 });
    }
    expect((await ada.call('GET', pathOf(post))).body).toStrictEqual(post.body);
  });

  test('of an unknown post is a 404, for an admin too', async () => {
    for (const person of [ada, admin]) {
      const refused = await person.call(method, nowhere, { json, headers: { 'If-Match': '*' } });
      expect(refused).toMatchObject({ ...problem(404, 'not-found'), trips: 1 });
    }
  });

  test.for(['"1"', '"7", "1"', 'W/"1", "1"', '"a,b","1"', '*'])('happens on If-Match: %s', async (tags) => {
    const post = await ada.post();
    const answer = await ada.call(method, pathOf(post), { json, headers: { 'If-Match': tags } });
    expect(answer).toMatchObject({ status: success, trips: 1 });
  });

  test.for([
    '"2"',
    'W/"1"',
    'w/"1"',
    '1',
    '"01"',
    '',
    '"99999999999999999999"',
    '"{1}"',
    `"1', '"`,
    '"\\", "2", "\\""',
  ])('does not happen on If-Match: %s', async (tags) => {
    const post = await ada.post();
    const answer = await ada.call(method, pathOf(post), { json, headers: { 'If-Match': tags } });
    expect(answer).toMatchObject({ ...problem(412, 'precondition-failed'), trips: 1 });
    expect((await ada.call('GET', pathOf(post))).body).toStrictEqual(post.body);
  });

  test.for(['"2"', '"7", W/"3"', '1', '"01"', '', 'W/1'])('happens on If-None-Match: %s', async (tags) => {
    const post = await ada.post();
    const answer = await ada.call(method, pathOf(post), { json, headers: { 'If-None-Match': tags } });
    expect(answer).toMatchObject({ status: success, trips: 1 });
  });

  // RFC 9110, section 13.1.2: by weak comparison, and `*` is whatever there is.
  test.for(['"1"', 'W/"1"', '"7", W/"1"', '*', ' * '])(
    'does not happen on If-None-Match: %s',
    async (tags) => {
      const post = await ada.post();
      for (const more of [{}, { 'If-Match': '"1"' }, { 'If-Match': '*' }] as Record<string, string>[]) {
        const headers = { 'If-None-Match': tags, ...more };
        const answer = await ada.call(method, pathOf(post), { json, headers });
        expect(answer).toMatchObject({ ...problem(412, 'precondition-failed'), trips: 1 });
      }
      expect((await ada.call('GET', pathOf(post))).body).toStrictEqual(post.body);
      expect(await ada.call(method, nowhere, { json, headers: { 'If-None-Match': tags } })).toMatchObject(
        problem(404, 'not-found'),
      );
    },
  );

  test('does not happen on the entity tag of an earlier state', async () => {
    const post = await ada.post();
    await ada.call('PATCH', pathOf(post), { json: { content: 'In between.' } });
    const headers = { 'If-Match': post.headers.get('ETag') ?? '' };
    const refused = await ada.call(method, pathOf(post), { json, headers });
    expect(refused).toMatchObject(problem(412, 'precondition-failed'));
  });
});

test('a removed post is gone, and its title is free', async () => {
  const post = await ada.post();
  await ada.call('DELETE', pathOf(post));
  for (const method of ['GET', 'DELETE']) {
    expect(await ada.call(method, pathOf(post))).toMatchObject(problem(404, 'not-found'));
  }
  await bob.post({ title: post.body.title });
});
