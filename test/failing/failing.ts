// Fails on purpose: failing.node.test.ts reads what Vitest says of it.

import { beforeAll, expect, test } from 'vitest';
import { readEnvironment } from '../../src/environment.ts';
import { type Service, startService } from '../service.ts';

let service: Service;

beforeAll(async () => {
  service = await startService();
});

async function signInAfter(accident: string): Promise<unknown> {
  service.transport = async () => {
    throw new Error(accident);
  };
  return service.call('POST', '/api/auth/login', {
    json: { email: 'ada@example.test', password: 'tide lamp orbit cello' },
  });
}

test('passes', async () => {
  expect(await signInAfter('an accident that a test expects')).toMatchObject({ status: 503 });
});

test('fails', async () => {
  const answer = await signInAfter('an accident that nobody expects');
  expect(answer).toMatchObject({ status: 200 });
});

test('fails in src', () => {
  readEnvironment({});
});
