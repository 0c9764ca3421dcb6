import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, expect, test, vi } from 'vitest';
import { type Answer, type Service, startService } from '../service.ts';
import { draft, newPerson, newTitle, type Person, startServiceAlone } from './people.ts';

let service: Service;
let people: readonly [Person, Person, Person];

beforeAll(async () => {
  service = await startService();
  people = await Promise.all([newPerson(service), newPerson(service), newPerson(service)]);
});

const calls = 50;
const atOnce = (call: (index: number) => Promise<Answer>) =>
  Promise.all(Array.from({ length: calls }, (_, index) => call(index)));
const person = (index: number) => people[index % people.length] ?? people[0];

/** How often each status, and the name of the problem where it is one. */
function tally(answers: readonly Answer[]): Record<string, number> {
  const names = answers.map(({ status, body }) => [status, body?.type?.split('/').at(-1)].join(' ').trim());
  return Object.fromEntries(
    [...new Set(names)].map((name) => [name, names.filter((n) => n === name).length]),
  );
}

async function rowsWith(title: string): Promise<number> {
  const [row] = await service.dependencies.database.query<{ count: number }>(
    sql`select count(*)::int as count from posts where title = ${title}`,
    { repeatable: true },
  );
  return row?.count ?? 0;
}

test.for(['one person', 'several people'])('of 50 creations with one title by %s one wins', async (who) => {
  const title = newTitle();
  const answers = await atOnce((index) =>
    (who === 'one person' ? people[0] : person(index)).call('POST', '/api/posts', { json: draft({ title }) }),
  );
  expect(tally(answers)).toEqual({ 201: 1, '409 title-taken': calls - 1 });
  expect(await rowsWith(title)).toBe(1);
});

test('50 creations with one Idempotency-Key are one post, which all get', async () => {
  const json = draft();
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const answers = await atOnce(() => people[0].call('POST', '/api/posts', { json, headers }));
  expect(tally(answers)).toEqual({ 201: calls });
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(new Set(answers.map(({ headers }) => headers.get('Location'))).size).toBe(1);
  expect(await rowsWith(json.title)).toBe(1);
});

test('two creations with one Idempotency-Key are one post, even where both have to wait for their title', async () => {
  const alone = await startServiceAlone();
  const [person, other] = await Promise.all([newPerson(alone), newPerson(alone)]);
  const run = (text: string) =>
    alone.dependencies.database.query<{ ready: boolean }>(sql.raw(text), { repeatable: false });
  const json = draft();
  // Takes the title, and gives it back once two others wait.
  const undone = expect(
    run(`
    do $$ begin
      insert into posts (id, author_id, title, content, created_at, updated_at)
      values (gen_random_uuid(), '${other.id}', '${json.title}', '', now(), now());
      for attempt in 1..300 loop
        perform pg_stat_clear_snapshot();
        exit when (select count(*) = 2 from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock');
        perform pg_sleep(0.01);
      end loop;
      raise exception 'undone';
    end $$`),
  ).rejects.toThrow('undone');
  const taken = `select exists (select from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep') as ready`;
  await vi.waitUntil(async () => (await run(taken))[0]?.ready);
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const create = () => person.call('POST', '/api/posts', { json, headers });
  const answers = await Promise.all([create(), create()]);
  await undone;
  expect(tally(answers)).toEqual({ 201: 2 });
  expect(answers[0].text).toBe(answers[1].text);
});

test('of 50 changes that saw the same state one wins', async () => {
  const post = await people[0].post();
  const path = `/api/posts/${post.body.id}`;
  const headers = { 'If-Match': '"1"' };
  const answers = await atOnce((index) =>
    people[0].call('PATCH', path, { json: { content: `Number ${index}.` }, headers }),
  );
  expect(tally(answers)).toEqual({ 200: 1, '412 precondition-failed': calls - 1 });
  const won = answers.find(({ status }) => status === 200);
  expect((await people[0].call('GET', path)).body).toStrictEqual(won?.body);
});

test('50 changes without a condition are 50 versions, and the last one stays', async () => {
  const post = await people[0].post();
  const path = `/api/posts/${post.body.id}`;
  const answers = await atOnce((index) =>
    people[0].call('PATCH', path, { json: { content: `Number ${index}.` } }),
  );
  expect(tally(answers)).toEqual({ 200: calls });
  expect(new Set(answers.map(({ headers }) => headers.get('ETag'))).size).toBe(calls);
  const last = answers.find(({ headers }) => headers.get('ETag') === `"${calls + 1}"`);
  expect((await people[0].call('GET', path)).body).toStrictEqual(last?.body);
});

test('of 50 changes to one title one wins', async () => {
  const posts = await atOnce((index) => person(index).post());
  const title = newTitle();
  const answers = await atOnce((index) =>
    person(index).call('PATCH', `/api/posts/${posts[index]?.body.id}`, { json: { title } }),
  );
  expect(tally(answers)).toEqual({ 200: 1, '409 title-taken': calls - 1 });
  expect(await rowsWith(title)).toBe(1);
});

test('of 50 removals one finds the post, while it is being changed', async () => {
  const post = await people[0].post();
  const path = `/api/posts/${post.body.id}`;
  const changes = atOnce(() => people[0].call('PATCH', path, { json: { content: 'Changed.' } }));
  const removals = await atOnce(() => people[0].call('DELETE', path));
  expect(tally(removals)).toEqual({ 204: 1, '404 not-found': calls - 1 });
  const { 200: changed = 0, '404 not-found': late = 0 } = tally(await changes);
  expect(changed + late).toBe(calls);
});

test('creations while their author is being deleted succeed or are refused, and none fails', async () => {
  for (let round = 0; round < 5; round++) {
    const leaving = await newPerson(service);
    const creations = atOnce(() => leaving.call('POST', '/api/posts', { json: draft() }));
    await service.dependencies.database.query(sql`delete from users where id = ${leaving.id}`, {
      repeatable: true,
    });
    const { 201: made = 0, '401 session-ended': refused = 0 } = tally(await creations);
    expect(made + refused).toBe(calls);
  }
});
