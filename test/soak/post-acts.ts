// What people do with posts, by plain requests with the client's token, and what of it was acknowledged.

import type { CallInit } from '../../src/client/client.ts';
import type { App, Device } from './device.ts';
import { outcomeOf } from './outcomes.ts';
import type { Acts, Person } from './person.ts';

type Answer = { readonly status: number; readonly text: string };

export function postActs({ scene, random, account, check }: Person): Acts {
  const { ledger } = scene;
  const { email } = account;
  const anyApp = (device: Device) => random.pick(device.apps);
  const mine: string[] = [];

  async function request(app: App, what: string, path: string, init: CallInit, expected: readonly number[]) {
    let answer: Answer | undefined;
    const outcome = await outcomeOf(
      (async () => {
        const response = await app.fetch(path, init);
        answer = { status: response.status, text: await response.text() };
      })(),
    );
    const { status = 503, text = '' } = answer ?? {};
    const isExpected = expected.includes(status);
    check(what, outcome !== 'ok' || status === 503 ? 'unknown' : isExpected ? 'ok' : `${status} ${text}`);
    return isExpected ? answer : undefined;
  }

  const json = (body: object, more: Record<string, string> = {}) => ({
    headers: { 'Content-Type': 'application/json', ...more },
    body: JSON.stringify(body),
  });

  async function create(device: Device): Promise<void> {
    const key = crypto.randomUUID();
    const init = {
      method: 'POST',
      ...json({ title: `Post ${key}`, content: key }, { 'Idempotency-Key': key }),
    };
    for (let tries = 1; tries <= 3; tries += 1) {
      const answer = await request(anyApp(device), 'create a post', '/api/posts', init, [201]);
      if (!answer) continue;
      const { id } = JSON.parse(answer.text);
      const again = await request(anyApp(device), 'create it again', '/api/posts', init, [201]);
      if (again && JSON.parse(again.text).id !== id)
        ledger.violate('a call with the same Idempotency-Key is one call', `${email}: ${id}`);
      ledger.posts.set(id, { author: email, content: key });
      ledger.count('Acknowledged', 'posts');
      mine.push(id);
      return;
    }
  }

  async function remove(device: Device): Promise<void> {
    const id = mine.shift();
    if (id === undefined) return;
    ledger.posts.delete(id);
    // Gone already: the client tried again after an answer that was lost.
    const gone = await request(
      anyApp(device),
      'remove a post',
      `/api/posts/${id}`,
      { method: 'DELETE' },
      [204, 404],
    );
    if (!gone) return;
    ledger.deletedPosts.add(id);
    ledger.count('Acknowledged', 'deletions of posts');
  }

  async function change(device: Device): Promise<void> {
    const id = random.pick(mine);
    if (id === undefined) return;
    const init = { method: 'PATCH', ...json({ title: `Changed ${crypto.randomUUID()}` }) };
    await request(anyApp(device), 'change a post', `/api/posts/${id}`, init, [200]);
  }

  async function show(device: Device): Promise<void> {
    const id = random.pick(mine);
    if (id !== undefined) await request(anyApp(device), 'read a post', `/api/posts/${id}`, {}, [200]);
  }

  async function takeOut(device: Device): Promise<void> {
    const app = anyApp(device);
    const [password = ''] = account.passwords;
    // The run lasts for longer than a sign-in is recent.
    if ((await outcomeOf(app.reauthenticate({ password }))) !== 'ok') return;
    const answer = await request(app, 'export', '/api/users/me/export', {}, [200]);
    const missing = mine.filter((id) => answer && !answer.text.includes(id));
    if (missing.length > 0) ledger.violate('the export has every post', `${email}: ${missing}`);
  }

  const list = (device: Device) => request(anyApp(device), 'list posts', '/api/posts?limit=20', {}, [200]);

  return {
    createPost: [8, create],
    removePost: [2, remove],
    changePost: [3, change],
    showPost: [3, show],
    listPosts: [3, list],
    export: [1, takeOut],
  };
}
