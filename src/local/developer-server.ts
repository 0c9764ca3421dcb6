// A server on loopback for who develops with the service: it takes the events that it sends to other systems, shows them, and shows
// every mail.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeveloperPages, Page } from './developer-page.ts';
import { mailHtml, mailsPage } from './mails-page.ts';
import { createWebhookCatcher } from './webhook-catcher.ts';

export type DeveloperServer = {
  /** What the service is told. */
  webhook: { url: string; secret: string };
  eventsUrl: string;
  mailsUrl: string;
  stop(): Promise<void>;
};

export async function startDeveloperServer(
  options: DeveloperPages & { readonly port: number },
): Promise<DeveloperServer> {
  const catcher = createWebhookCatcher();
  const shown = async (address: URL): Promise<Page> => {
    if (address.pathname === '/') return catcher.page(options);
    if (address.pathname === '/events') return catcher.json();
    if (address.pathname === '/mails') return mailsPage(address.searchParams, options);
    if (address.pathname === '/mails/html') return mailHtml(address.searchParams, options);
    return { status: 404, type: 'text/plain', text: 'There are /, /events and /mails.' };
  };
  const server = createServer(async (request, response) => {
    const page = await (request.method === 'POST'
      ? catcher.take(request)
      : shown(new URL(request.url ?? '/', 'http://localhost'))
    ).catch((error): Page => ({ status: 500, type: 'text/plain', text: String(error) }));
    response
      .writeHead(page.status, { 'content-type': page.type, 'cache-control': 'no-store' })
      .end(page.text);
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    webhook: { url: `http://127.0.0.1:${port}/`, secret: catcher.secret },
    eventsUrl: `http://localhost:${port}`,
    mailsUrl: `http://localhost:${port}/mails`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
