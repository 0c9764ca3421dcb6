// Whoever asks for readiness, and however often, the database is asked once a second.

import { expect, test } from 'vitest';
import { type Service, startService } from '../service.ts';

const ask = (service: Service) => service.call('GET', '/api/readiness');

/** How often the database is asked from now on. */
function count(service: Service) {
  const counted = { questions: 0 };
  const { transport } = service;
  service.transport = (input, init) => {
    counted.questions += 1;
    return transport(input, init);
  };
  return counted;
}

test('300 at once are one question, and so are 300 one after the other', async () => {
  const service = await startService();
  const counted = count(service);
  const together = await Promise.all(Array.from({ length: 300 }, () => ask(service)));
  expect(new Set(together.map(({ status }) => status))).toEqual(new Set([200]));
  for (let times = 0; times < 300; times += 1) expect((await ask(service)).status).toBe(200);
  expect(counted.questions).toBe(1);
});

test('an answer holds for a second and no longer', async () => {
  const service = await startService();
  const counted = count(service);
  await ask(service);
  service.clock.advance(0.999);
  await ask(service);
  expect(counted.questions).toBe(1);
  service.clock.advance(0.001);
  await ask(service);
  expect(counted.questions).toBe(2);
  // A clock that was put back does not make it hold longer.
  service.clock.advance(-60);
  await ask(service);
  expect(counted.questions).toBe(3);
});

test('a fault holds as long, for all who ask, and is over when the database is back', async () => {
  const service = await startService();
  const { transport } = service;
  let questions = 0;
  service.transport = () => {
    questions += 1;
    return Promise.reject(new TypeError('the network is down'));
  };
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(service)));
  for (const answer of answers) {
    expect(answer.status).toBe(503);
    expect(answer.headers.get('Retry-After')).toBeTruthy();
  }
  // A statement that may be repeated is.
  expect(questions).toBe(2);
  service.transport = transport;
  expect((await ask(service)).status).toBe(503);
  service.clock.advance(1);
  expect((await ask(service)).status).toBe(200);
});

test('migrations that are missing are said to be, as often as it is asked', async () => {
  const service = await startService();
  const behind = { ...service.dependencies, newestMigration: Number.MAX_SAFE_INTEGER };
  const { createApp } = await import('../../src/app.ts');
  const app = createApp(behind);
  for (let times = 0; times < 3; times += 1) {
    const answer = await app.request('/api/readiness');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ detail: 'The database misses migrations.' });
  }
});

test('a question that brings no answer holds nobody up: after a second another one is asked', async () => {
  const service = await startService();
  const { transport } = service;
  // The first asker's request has ended, and with it its question.
  service.transport = () => new Promise(() => {});
  void ask(service);
  await scheduler.wait(30);
  service.transport = transport;
  const waiting = ask(service);
  await scheduler.wait(30);
  service.clock.advance(1);
  expect((await waiting).status).toBe(200);
});
