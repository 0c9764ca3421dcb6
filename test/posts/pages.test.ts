import { sql } from 'drizzle-orm/sql/sql';
import fc from 'fast-check';
import { base64url } from 'jose';
import { beforeEach, expect, test } from 'vitest';
import { type Answer, issuer, type Service } from '../service.ts';
import { newPerson, type Person, problem, startServiceAlone } from './people.ts';

// A database of its own for each test: a list shows everybody's posts.

let service: Service;
let ada: Person;

beforeEach(async () => {
  service = await startServiceAlone();
  ada = await newPerson(service);
});

/** Posts, oldest first. */
async function fill(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    service.clock.advance(1);
    ids.push((await ada.post()).body.id);
  }
  return ids;
}

const idsOf = (page: Answer): string[] => page.body.data.map((post: { id: string }) => post.id);

/** Where `Link` leads, as RFC 8288 has it resolved. */
function nextOf(page: Answer): string | undefined {
  const target = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('Link') ?? '')?.[1];
  const url = target === undefined ? undefined : new URL(target, `${issuer}/api/posts`);
  expect(url?.searchParams.get('cursor') ?? null).toBe(page.body.next_cursor);
  return url && url.pathname + url.search;
}

/** Follows `Link` from the first page to the last, with something happening between one page and the next. */
async function walk(limit: number, between = async () => {}): Promise<string[][]> {
  const pages: string[][] = [];
  let path: string | undefined = `/api/posts?limit=${limit}`;
  while (path) {
    if (pages.length > 0) await between();
    const page: Answer = await ada.call('GET', path);
    expect(page.status).toBe(200);
    pages.push(idsOf(page));
    path = nextOf(page);
  }
  return pages;
}

test('where there are no posts there is an empty page and no next one', async () => {
  const page = await ada.call('GET', '/api/posts');
  expect(page).toMatchObject({ status: 200, trips: 1 });
  expect(page.body).toStrictEqual({ data: [], next_cursor: null });
  expect(page.headers.get('Link')).toBeNull();
});

test('a page shows whole posts, newest first, ten where nothing is said', async () => {
  const ids = await fill(12);
  const page = await ada.call('GET', '/api/posts');
  expect(idsOf(page)).toEqual(ids.toReversed().slice(0, 10));
  expect(page.body.data[0]).toStrictEqual((await ada.call('GET', `/api/posts/${ids.at(-1)}`)).body);
  expect(page.headers.get('Cache-Control')).toBe('private, no-store');
  const rest = await ada.call('GET', nextOf(page) ?? '');
  expect(idsOf(rest)).toEqual(ids.toReversed().slice(10));
  expect(rest.body.next_cursor).toBeNull();
});

test('a page that is exactly full is the last one', async () => {
  const ids = await fill(4);
  expect(await walk(2)).toEqual([ids.toReversed().slice(0, 2), ids.toReversed().slice(2)]);
  expect(await walk(100)).toEqual([ids.toReversed()]);
});

test('a cursor may be used again, and outlives the post that it was made of', async () => {
  const ids = await fill(4);
  const first = await ada.call('GET', '/api/posts?limit=2');
  const path = nextOf(first) ?? '';
  await ada.call('DELETE', `/api/posts/${ids[2]}`);
  for (const page of [await ada.call('GET', path), await ada.call('GET', path)]) {
    expect(idsOf(page)).toEqual([ids[1], ids[0]]);
  }
});

test('parameters that are not as they should be are refused by name', async () => {
  const cursors = ['', 'x', '*', '%00', 'a'.repeat(5_000), base64url.encode('not an id')];
  for (const [query, ...pointers] of [
    ...['0', '101', '-1', '0.5', '1.5', '', 'ten', 'NaN', 'Infinity', '1e99', '5&limit=5'].map((limit) => [
      `limit=${limit}`,
      '#limit',
    ]),
    ...cursors.map((cursor) => [`cursor=${cursor}`, '#cursor']),
    ['cursor=x&cursor=x', '#cursor'],
    ['limit=0&cursor=x', '#limit', '#cursor'],
  ]) {
    const refused = await ada.call('GET', `/api/posts?${query}`);
    const errors = pointers.map((pointer) => ({ pointer, detail: expect.stringContaining('must be a ') }));
    expect(refused, query).toMatchObject({ ...problem(422, 'validation-failed', { errors }), trips: 0 });
  }
  expect(await ada.call('GET', '/api/posts?limit=1&unknown=1')).toMatchObject({ status: 200 });
  expect(await ada.call('GET', '/api/posts?limit=100')).toMatchObject({ status: 200 });
});

/** What happens between two pages: so many posts are written, and those at these places (of those there are) removed. */
const turn = fc.record({
  written: fc.nat({ max: 2 }),
  removed: fc.array(fc.nat({ max: 20 }), { maxLength: 2 }),
});

test('a walk sees every post that was there all the while once, in order, whatever comes and goes meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(turn, { maxLength: 6 }),
      async (count, limit, turns) => {
        await service.dependencies.database.query(sql`delete from posts`, { repeatable: true });
        const there = await fill(count);
        const stable = new Set(there);
        const pending = turns.values();
        const seen = (
          await walk(limit, async () => {
            const { written, removed } = pending.next().value ?? { written: 0, removed: [] };
            for (const place of removed) {
              const [id] = there.splice(place % Math.max(there.length, 1), 1);
              if (!id) continue;
              stable.delete(id);
              await ada.call('DELETE', `/api/posts/${id}`);
            }
            there.push(...(await fill(written)));
          })
        ).flat();
        expect(seen).toEqual([...new Set(seen)].sort().reverse());
        expect(seen.filter((id) => stable.has(id))).toEqual([...stable].toReversed());
      },
    ),
    { numRuns: 40 },
  );
});

test('the same holds while others write and remove at full speed', async () => {
  const stable = await fill(30);
  const passing = await fill(10);
  const bob = await newPerson(service);
  let walking = true;
  const busy = (async () => {
    while (walking) {
      service.clock.advance(1);
      const { body } = await bob.post();
      const path = `/api/posts/${passing.pop() ?? body.id}`;
      await (passing.length > 0 ? ada : bob).call('DELETE', path);
    }
  })();
  const seen = (await walk(3)).flat();
  walking = false;
  await busy;
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((id) => stable.includes(id))).toEqual(stable.toReversed());
});
