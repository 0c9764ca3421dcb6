// An export of any size arrives: page by page, of which none is large, and one that is cut off cannot be taken for a whole one.

import { createExecutionContext } from 'cloudflare:test';
import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { exportedBytes, exportedRows } from '../../src/bounds.ts';
import { startOwnService } from '../mail/own-service.ts';
import { issuer, type Service } from '../service.ts';
import { type Person, signedIn } from './people.ts';

/** Posts with contents of a size, oldest first. */
async function write(service: Service, person: Person, count: number, content: string): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) {
    service.clock.advance(1);
    ids.push(service.dependencies.newId());
  }
  await service.dependencies.database.query(
    sql`
      insert into posts (id, author_id, title, content, created_at, updated_at)
      select id::uuid, ${person.id}, 'Title ' || id, ${content}, now(), now() from unnest(${sql.param(ids)}::text[]) id`,
    { repeatable: false },
  );
  return ids;
}

/** What the database answers, in bytes. */
function watchAnswers(service: Service): number[] {
  const sizes: number[] = [];
  const { transport } = service;
  service.transport = async (input, init) => {
    const response = await transport(input, init);
    const bytes = await response.arrayBuffer();
    sizes.push(bytes.byteLength);
    return new Response(bytes, response);
  };
  return sizes;
}

const exportOf = (service: Service, { access_token }: Person): Promise<Response> =>
  Promise.resolve(
    createApp(service.dependencies).fetch(
      new Request(`${issuer}/api/users/me/export`, { headers: { Authorization: `Bearer ${access_token}` } }),
      {},
      createExecutionContext(),
    ),
  );

test('a large account comes whole, and no answer of the database is large', async () => {
  const service = await startOwnService();
  const person = await signedIn(service);
  // Each is 50,000 characters and, in JSON, three times as many bytes.
  const ids = await write(service, person, 150, 'é"'.repeat(25_000));
  const sizes = watchAnswers(service);
  const { status, body, trips } = await person.call('GET', '/api/users/me/export');
  expect([status, trips]).toEqual([200, 1]);
  expect(body.posts.map(({ id }: { id: string }) => id)).toEqual(ids);
  for (const { content } of body.posts) expect(content).toHaveLength(50_000);
  expect(sizes.length).toBeGreaterThan(10);
  // As text in JSON once more, where each quote and each backslash takes two.
  for (const size of sizes) expect(size).toBeLessThan(3 * exportedBytes);
});

test('many small rows come page by page, and a table that is exactly a page asks for no more', async () => {
  const service = await startOwnService();
  const person = await signedIn(service);
  const ids = await write(service, person, exportedRows, '');
  let sizes = watchAnswers(service);
  const exact = await person.call('GET', '/api/users/me/export');
  expect(exact.body.posts).toHaveLength(exportedRows);
  expect(sizes).toHaveLength(1);
  ids.push(...(await write(service, person, 2 * exportedRows + 1, '')));
  sizes = watchAnswers(service);
  const more = await person.call('GET', '/api/users/me/export');
  expect(more.body.posts.map(({ id }: { id: string }) => id)).toEqual(ids);
  expect(sizes).toHaveLength(4);
});

test('a row that is larger than a page comes alone', async () => {
  const service = await startOwnService();
  const person = await signedIn(service);
  const ids = await write(service, person, 3, 'x'.repeat(2 * exportedBytes));
  const { body } = await person.call('GET', '/api/users/me/export');
  expect(body.posts.map(({ id }: { id: string }) => id)).toEqual(ids);
});

test('a fault in the middle ends the answer with an error, and what has come is no JSON', async () => {
  const service = await startOwnService();
  const person = await signedIn(service);
  await write(service, person, 3 * exportedRows, '');
  const { transport } = service;
  let questions = 0;
  service.transport = (input, init) => {
    questions += 1;
    return questions > 2 ? Promise.reject(new TypeError('the network is down')) : transport(input, init);
  };
  const response = await exportOf(service, person);
  expect(response.status).toBe(200);
  const { text, failed } = await readTo(response);
  expect(failed).toBe(true);
  expect(text).toContain('"posts":[');
  expect(() => JSON.parse(text)).toThrow();
  expect(service.logged).toContainEqual({
    level: 'error',
    event: 'export-interrupted',
    fields: {
      request_id: response.headers.get('X-Request-Id'),
      cause: expect.stringContaining('the network is down'),
    },
  });
});

test('a session that is ended meanwhile gets no further', async () => {
  const service = await startOwnService();
  const person = await signedIn(service);
  await write(service, person, 3 * exportedRows, '');
  const response = await exportOf(service, person);
  await person.call('POST', '/api/auth/logout-all');
  const { text, failed } = await readTo(response);
  expect(failed).toBe(true);
  expect(text.match(/"title"/g)?.length).toBeLessThan(3 * exportedRows);
  expect(service.logged).toContainEqual(
    expect.objectContaining({ level: 'warn', event: 'export-interrupted' }),
  );
});

test('nothing is read ahead of whoever reads, and nothing after they have gone', async () => {
  const service = await startOwnService();
  const person = await signedIn(service);
  await write(service, person, 20 * exportedRows, '');
  const sizes = watchAnswers(service);
  const reader = (await exportOf(service, person)).body?.getReader();
  await reader?.read();
  await scheduler.wait(300);
  expect(sizes.length).toBeLessThan(5);
  await reader?.cancel();
  await scheduler.wait(300);
  expect(sizes.length).toBeLessThan(5);
});

async function readTo(response: Response): Promise<{ text: string; failed: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? [])
      text += decoder.decode(chunk as Uint8Array, { stream: true });
    return { text, failed: false };
  } catch {
    return { text, failed: true };
  }
}
