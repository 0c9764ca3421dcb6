import { beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../service.ts';
import { draft, newPerson, newTitle, type Person, pathOf, problem } from './people.ts';

let service: Service;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  service = await startService();
  [ada, bob] = await Promise.all([newPerson(service), newPerson(service)]);
});

const keyed = () => ({ 'Idempotency-Key': `"${crypto.randomUUID()}"` });

describe('an Idempotency-Key', () => {
  test('answers the same call as it was answered first', async () => {
    const call = { json: draft(), headers: keyed() };
    const first = await ada.call('POST', '/api/posts', call);
    service.clock.advance(60);
    const again = await ada.call('POST', '/api/posts', call);
    expect(again).toMatchObject({ status: 201, text: first.text, trips: 1 });
    expect(again.headers.get('Location')).toBe(first.headers.get('Location'));
    expect(again.headers.get('ETag')).toBe(first.headers.get('ETag'));
  });

  test.for([
    { title: newTitle() },
    { content: 'Another.' },
    { image: 'https://pictures.example.test/other.png' },
  ])('with another body is refused, %#', async (other) => {
    const headers = keyed();
    const json = draft();
    await ada.call('POST', '/api/posts', { json, headers });
    expect(await ada.call('POST', '/api/posts', { json: { ...json, ...other }, headers })).toMatchObject(
      problem(422, 'validation-failed', { errors: [{ pointer: '#Idempotency-Key' }] }),
    );
  });

  test('of less than 16 or more than 255 characters is refused before anything is done', async () => {
    for (const key of ['', '1', 'x'.repeat(15), 'x'.repeat(256)]) {
      const headers = { 'Idempotency-Key': key };
      const refused = await ada.call('POST', '/api/posts', { json: draft(), headers });
      expect(refused).toMatchObject({
        ...problem(422, 'validation-failed', { errors: [{ pointer: '#Idempotency-Key' }] }),
        trips: 0,
      });
    }
    for (const length of [16, 255]) {
      const headers = { 'Idempotency-Key': crypto.randomUUID().padEnd(length, 'x').slice(-length) };
      expect((await ada.call('POST', '/api/posts', { json: draft(), headers })).status).toBe(201);
    }
  });

  test('finds a post that has changed since, under another title too', async () => {
    const call = { json: draft(), headers: keyed() };
    const first = await ada.call('POST', '/api/posts', call);
    const title = newTitle();
    await ada.call('PATCH', pathOf(first), { json: { title } });
    const again = await ada.call('POST', '/api/posts', call);
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id, title } });
    expect(again.headers.get('ETag')).toBe('"2"');
  });

  test('of one person means nothing with another', async () => {
    const headers = keyed();
    const hers = await ada.call('POST', '/api/posts', { json: draft(), headers });
    const his = await bob.call('POST', '/api/posts', { json: draft(), headers });
    expect(his.status).toBe(201);
    expect(his.body.id).not.toBe(hers.body.id);
  });

  test('is not spent by a call that created nothing', async () => {
    const headers = keyed();
    const { title } = (await bob.post()).body;
    const refused = await ada.call('POST', '/api/posts', { json: draft({ title }), headers });
    expect(refused).toMatchObject(problem(409, 'title-taken'));
    expect(await ada.call('POST', '/api/posts', { json: draft(), headers })).toMatchObject({ status: 201 });
  });
});

describe('an answer of the database that is lost on its way', () => {
  /** A person whose first query from now on is run, and its answer lost. */
  async function unlucky(): Promise<{ person: Person; loseOne(): void }> {
    const flaky = await startService();
    const { transport } = flaky;
    const person = await newPerson(flaky);
    const loseOne = () => {
      flaky.transport = async (input, init) => {
        flaky.transport = transport;
        await transport(input, init);
        throw new TypeError('Network connection lost.');
      };
    };
    return { person, loseOne };
  }

  test('does not make two posts, with or without a key', async () => {
    const { person, loseOne } = await unlucky();
    for (const headers of [{}, keyed()]) {
      loseOne();
      const json = draft();
      const created = await person.call('POST', '/api/posts', { json, headers });
      expect(created).toMatchObject({ status: 201, trips: 2, body: json });
    }
  });

  test('does not change a post twice', async () => {
    const { person, loseOne } = await unlucky();
    const post = await person.post();
    loseOne();
    const lost = await person.call('PATCH', pathOf(post), { json: { content: 'Changed.' } });
    expect(lost).toMatchObject({ ...problem(503, 'service-unavailable', { retryable: true }), trips: 1 });
    expect((await person.call('GET', pathOf(post))).headers.get('ETag')).toBe('"2"');
  });

  test('does not say of a removed post that it was never there', async () => {
    const { person, loseOne } = await unlucky();
    const post = await person.post();
    loseOne();
    expect(await person.call('DELETE', pathOf(post))).toMatchObject(problem(503, 'service-unavailable'));
  });
});
