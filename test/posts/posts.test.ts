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

describe('creating', () => {
  test('answers with the post, where it is and its entity tag', async () => {
    const fields = draft({ image: 'https://pictures.example.test/light.webp' });
    const created = await ada.call('POST', '/api/posts', { json: fields });
    const time = service.clock.now.toISOString();
    expect(created).toMatchObject({ status: 201, trips: 1 });
    expect(created.body).toStrictEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      ...fields,
      author_id: ada.id,
      created_at: time,
      updated_at: time,
    });
    expect(created.headers.get('Location')).toBe(pathOf(created));
    expect(created.headers.get('ETag')).toBe('"1"');
    const shown = await bob.call('GET', created.headers.get('Location') ?? '');
    expect(shown).toMatchObject({ status: 200, trips: 1 });
    expect(shown.body).toStrictEqual(created.body);
  });

  test('without an image shows none', async () => {
    expect((await ada.post()).body.image).toBeNull();
  });

  test('under a taken title is refused, whoever has it', async () => {
    const { title } = (await ada.post()).body;
    const json = draft({ title: `  ${title} ` });
    expect(await bob.call('POST', '/api/posts', { json })).toMatchObject(problem(409, 'title-taken'));
  });

  test.for<[string, object]>([
    ['/title', { title: '' }],
    ['/title', { title: 'x'.repeat(201) }],
    ['/title', { title: 'two\nlines' }],
    ['/title', { title: undefined }],
    ['/content', { content: 'x'.repeat(50_001) }],
    ['/content', { content: 'NUL \0' }],
    ['/content', { content: undefined }],
    ['/image', { image: 'javascript:alert(1)' }],
    ['/image', { image: `https://pictures.example.test/${'x'.repeat(2_048)}` }],
  ])('with %s out of bounds is refused, %#', async ([pointer, field]) => {
    const refused = await ada.call('POST', '/api/posts', { json: draft(field) });
    expect(refused).toMatchObject(problem(422, 'validation-failed', { errors: [{ pointer }] }));
    expect(refused.trips).toBe(0);
  });

  test('at the bounds succeeds', async () => {
    await ada.post({ title: newTitle().padEnd(200, 'x'), content: 'x'.repeat(50_000) });
  });
});

describe('reading', () => {
  test.for(['not-an-id', '01890A5D-AC96-774B-BCCE-B302099A8057', '%00', 'null'])(
    '%s finds nothing, without a query',
    async (id) => {
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        const answer = await ada.call(method, `/api/posts/${id}`, method === 'PATCH' ? { json: {} } : {});
        expect(answer).toMatchObject({ ...problem(404, 'not-found'), trips: 0 });
      }
    },
  );

  test('an unknown id finds nothing', async () => {
    expect(await ada.call('GET', nowhere)).toMatchObject({ ...problem(404, 'not-found'), trips: 1 });
  });

  test.for(['"1"', 'W/"1"', '"0", W/"1"', '"a,b","1"', '*', ' * '])(
    'If-None-Match: %s answers 304 to who has it',
    async (tags) => {
      const post = await ada.post();
      const answer = await bob.call('GET', pathOf(post), { headers: { 'If-None-Match': tags } });
      expect(answer).toMatchObject({ status: 304, text: '', trips: 1 });
      expect(answer.headers.get('ETag')).toBe('"1"');
      expect(answer.headers.get('Cache-Control')).toBe('private, no-cache, no-transform');
    },
  );

  test.for(['"2"', 'W/"11"', '1', '"1', '', 'w/"1"', '"*"'])(
    'If-None-Match: %s answers with the post',
    async (tags) => {
      const post = await ada.post();
      expect(await bob.call('GET', pathOf(post), { headers: { 'If-None-Match': tags } })).toMatchObject({
        status: 200,
        body: post.body,
      });
    },
  );
});

test.for(['user', 'admin'])(
  'an ended session of a %s is refused everywhere and changes nothing',
  async (role) => {
    const post = await ada.post();
    const person = await newPerson(service, role);
    const own = await person.post();
    await person.call('POST', '/api/auth/logout-all');
    const title = newTitle();
    const calls: [string, string, object?][] = [
      ['POST', '/api/posts', draft({ title })],
      ['GET', '/api/posts'],
      ['GET', pathOf(post)],
      ['PATCH', pathOf(own), { title }],
      ['DELETE', pathOf(own)],
      ['DELETE', nowhere],
    ];
    for (const [method, path, json] of calls) {
      const answer = await person.call(method, path, { json });
      expect(answer).toMatchObject({ ...problem(401, 'session-ended'), trips: 1 });
      expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
    }
    expect((await admin.call('GET', pathOf(own))).body).toStrictEqual(own.body);
    await ada.post({ title });
  },
);

test('nobody comes in without an access token', async () => {
  for (const [method, path] of [
    ['POST', '/api/posts'],
    ['GET', '/api/posts'],
    ['GET', nowhere],
    ['PATCH', nowhere],
    ['DELETE', nowhere],
  ] as const) {
    expect(await service.call(method, path)).toMatchObject({
      ...problem(401, 'invalid-access-token'),
      trips: 0,
    });
  }
});
