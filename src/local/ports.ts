// Checks for ports in use before anything is started, and names the variable that changes each.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** @throws Error that lists every port that is in use or assigned twice, with the variable that changes it. */
export async function requireFreePorts(
  ports: Record<string, number>,
  timeoutMilliseconds = 0,
): Promise<void> {
  const deadline = Date.now() + timeoutMilliseconds;
  for (;;) {
    const complaints = await complaintsAbout(ports);
    if (complaints.length === 0) return;
    if (Date.now() >= deadline) throw new Error(complaints.join('\n'));
    await delay(100);
  }
}

async function complaintsAbout(ports: Record<string, number>): Promise<string[]> {
  const complaints: string[] = [];
  for (const [variable, port] of Object.entries(ports)) {
    const double = Object.keys(ports).find((other) => other > variable && ports[other] === port);
    if (double !== undefined) complaints.push(`${variable} and ${double} are both ${port}.`);
    else if (!(await isFree(port))) {
      complaints.push(`Port ${port} is taken. ${variable} moves it: ${variable}=${port + 1} npm run dev`);
    }
  }
  return complaints;
}

/** Returns a port on which nothing listens at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Checks both loopback addresses, since `localhost` may resolve to either. */
async function isFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer();
    try {
      server.listen(port, host);
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
    } catch (error) {
      // Other errors do not count: a machine without IPv6 has no ::1.
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' || code === 'EACCES') return false;
    }
  }
  return true;
}
