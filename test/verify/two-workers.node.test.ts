import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, inject, test } from 'vitest';
import {
  type ManagedKeySet,
  newSet,
  retire,
  retireAfterSeconds,
  rotate,
  signAfterSeconds,
} from '../../src/cli/rotation.ts';
import { type ServedWorker, startServedWorker } from '../../src/local/served-worker.ts';
import { startFront } from '../stack/front.ts';
import { inMovedTime, movedTime } from '../stack/moved-time.ts';
import { servedBindings } from '../stack/served-bindings.ts';
import { newTestDatabase } from '../stack/test-database.ts';
import { newKey } from './new-key.ts';
import { password, someone } from './someone.ts';

// Two Workers, each a workerd of its own with its production bundle: Latchkey, and a service that accepts its tokens. The
// keys change while apps call both without a pause, and time is moved for both.

const audience = 'https://api.example.test';
const minute = 60;

type Tokens = { readonly access_token: string; readonly refresh_token: string };

describe('a Worker that accepts Latchkey’s tokens', () => {
  // A minute of two cores; rotation-under-load.test.ts does the same within one process in every run.
  test.runIf(inject('largeRun'))('refuses not one request while the keys change under load', async () => {
    const time = movedTime();
    const front = await startFront(time.headers);
    const databaseUrl = await newTestDatabase(inject('databaseUrl'));
    const running: ServedWorker[] = [];

    async function deploy(access: ManagedKeySet, refresh: ManagedKeySet): Promise<void> {
      const version = await startServedWorker(
        {
          ...servedBindings(databaseUrl),
          ACCESS_TOKEN_KEYS: JSON.stringify(access),
          REFRESH_TOKEN_KEYS: JSON.stringify(refresh),
          ISSUER: front.origin,
          AUDIENCE: audience,
        },
        { before: inMovedTime },
      );
      running.push(version);
      // For a while some requests still meet the version before.
      front.use(...running.slice(-2).map(({ origin }) => origin));
      await pass(2 * minute);
      front.use(version.origin);
    }

    /** In steps, between which every app comes to its turn. */
    async function pass(seconds: number): Promise<void> {
      const step = 2 * minute;
      for (let passed = 0; passed < seconds; passed += step) {
        time.advance(Math.min(step, seconds - passed));
        const before = [...turns];
        while (turns.some((turn, index) => turn === before[index])) await delay(5);
      }
    }

    const refused: string[] = [];
    const turns: number[] = [];
    const counted = { resource: 0, refreshed: 0 };
    const kids = new Set<string>();
    let isOver = false;

    async function post(path: string, body: object): Promise<Response> {
      const headers = { 'Content-Type': 'application/json' };
      return fetch(`${front.origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    }

    async function app(index: number, email: string, resource: string): Promise<void> {
      let tokens = (await (await post('/api/auth/login', { email, password })).json()) as Tokens;
      let since = time.seconds();
      const refreshAfter = [3, 5, 8, 11][index] ?? 0;
      while (!isOver) {
        if (time.seconds() - since > refreshAfter * minute) {
          const answer = await post('/api/auth/refresh', { refresh_token: tokens.refresh_token });
          const text = await answer.text();
          since = time.seconds();
          if (answer.status === 200) tokens = JSON.parse(text) as Tokens;
          else refused.push(`refresh: ${text}`);
          counted.refreshed += 1;
        }
        const headers = { ...time.headers(), Authorization: `Bearer ${tokens.access_token}` };
        for (const address of [resource, `${front.origin}/api/users/me`]) {
          const answer = await fetch(address, { headers });
          const text = await answer.text();
          if (answer.status !== 200) refused.push(`${address}: ${answer.status} ${text}`);
        }
        kids.add(tokens.access_token.split('.')[0] ?? '');
        counted.resource += 1;
        turns[index] = (turns[index] ?? 0) + 1;
      }
    }

    let access = await newSet(await newKey(), time.seconds());
    let refresh = await newSet(await newKey(), time.seconds());
    try {
      await deploy(access, refresh);
      const resource = await startServedWorker(
        { ISSUER: front.origin, AUDIENCE: audience },
        { before: inMovedTime, settingsFile: 'test/verify/resource/wrangler.toml' },
      );
      running.unshift(resource);
      const email = await someone(post);
      const apps = Promise.all([0, 1, 2, 3].map((index) => app(index, email, resource.origin)));

      access = (await rotate(access, newKey, time.seconds())).set;
      refresh = (await rotate(refresh, newKey, time.seconds())).set;
      await deploy(access, refresh);
      await pass(signAfterSeconds);
      access = (await rotate(access, newKey, time.seconds())).set;
      refresh = (await rotate(refresh, newKey, time.seconds())).set;
      await deploy(access, refresh);
      await pass(retireAfterSeconds('access'));
      access = retire(access, 'access', time.seconds()).set;
      await deploy(access, refresh);
      await pass(20 * minute);
      isOver = true;
      await apps;

      expect(access.keys).toHaveLength(1);
      expect(kids.size).toBe(2);
      expect(refused).toEqual([]);
      console.log(
        `${counted.resource} calls of the resource and ${counted.refreshed} refreshes through a rotation`,
      );
      expect(counted.resource).toBeGreaterThan(100);
      expect(counted.refreshed).toBeGreaterThan(30);
    } finally {
      isOver = true;
      await Promise.all(running.map((worker) => worker.stop()));
      front.stop();
    }
  });
});
