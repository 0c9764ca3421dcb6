// Stands between the Workers and the mail server, and is down, hangs up or falls silent as a mail server does.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export const mailFaults = [
  'mail server down',
  'mail server hangs up midway',
  'mail server loses its answer',
  'mail server falls silent',
] as const;

export type MailFault = (typeof mailFaults)[number];

export type MailProxy = {
  readonly port: number;
  fail(fault?: MailFault): Promise<void>;
  stop(): Promise<void>;
};

export async function startMailProxy(targetPort: number): Promise<MailProxy> {
  let fault: MailFault | undefined;
  const open = new Set<Socket>();

  function relay(client: Socket): void {
    const server = connect(targetPort, '127.0.0.1');
    let isComplete = false;
    const hangUp = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      open.add(socket);
      socket.on('error', hangUp);
      socket.on('close', () => {
        open.delete(socket);
        hangUp();
      });
    }
    client.on('data', (chunk) => {
      if (fault === 'mail server hangs up midway' && /^DATA\r\n/m.test(chunk.toString())) return hangUp();
      if (fault === 'mail server falls silent') return;
      isComplete ||= chunk.toString().endsWith('\r\n.\r\n');
      server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (fault === 'mail server loses its answer' && isComplete) return hangUp();
      if (!client.destroyed) client.write(chunk);
    });
  }

  const listen = async (port: number): Promise<Server> => {
    const server = createServer(relay).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server: Server | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closing = server;
    server = undefined;
    for (const socket of open) socket.destroy();
    await new Promise((closed) => (closing ? closing.close(closed) : closed(undefined)));
  };
  return {
    port,
    async fail(chosen) {
      fault = chosen;
      if (chosen === 'mail server down') await close();
      else server ??= await listen(port);
    },
    stop: close,
  };
}
