// Makes the links of a mail work in MailDev's inbox. It shows a mail in a sandboxed frame without `allow-popups`: a link opens in that
// frame or not at all, and our pages let nobody frame them.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Listens in the frame, from the page around it, which may open tabs. */
const script = `<script>
document.addEventListener('load', ({ target }) => {
  if (!(target instanceof HTMLIFrameElement)) return
  target.contentDocument?.addEventListener('click', (click) => {
    const link = click.target.closest('a[href^="http"]')
    if (!link) return
    click.preventDefault()
    window.open(link.href, '_blank', 'noopener')
  })
}, true)
</script>`;

/** Serves the inbox's page with the script in it, and leaves every other request to the server's own listeners. */
export async function openLinks(server: Server, inboxUrl: string): Promise<void> {
  const answer = await fetch(inboxUrl, { headers: { accept: 'text/html' } });
  const page = (await answer.text()).replace('</head>', () => `${script}</head>`);
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'GET' && request.url === '/')
      return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    for (const listener of listeners) listener.call(server, request, response);
  });
}
