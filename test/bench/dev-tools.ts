// A conversation with workerd's inspector, in the Chrome DevTools Protocol.

import { once } from 'node:events';

export type DevTools = {
  /** @throws Error with what the inspector has against it. */
  ask(method: string, params?: object): Promise<unknown>;
  close(): void;
};

type Reply = {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};

export async function openDevTools(port: number): Promise<DevTools> {
  const response = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
  if (!target) throw new Error('The inspector shows no Worker');
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await once(socket, 'open');
  const waiting = new Map<number, (reply: Reply) => void>();
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply;
    waiting.get(reply.id ?? 0)?.(reply);
  });
  let asked = 0;
  return {
    async ask(method, params = {}) {
      asked += 1;
      const id = asked;
      socket.send(JSON.stringify({ id, method, params }));
      const { result, error } = await new Promise<Reply>((resolve) => waiting.set(id, resolve));
      waiting.delete(id);
      if (error) throw new Error(`${method}: ${error.message}`);
      return result;
    },
    close: () => socket.close(),
  };
}
