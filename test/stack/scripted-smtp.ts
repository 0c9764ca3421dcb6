// A mail server that says what a test tells it to, line by line. A conversation goes by the name in its EHLO.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** Answers by verb (`EHLO`, `MAIL`, …) or whole line; under `.` the one to the mail itself. Their lines end in `\n` here. */
export type SmtpScript = Readonly<Record<string, string>>;

type ScriptedSmtp = {
  /** Plaintext, on a loopback address. */
  url: string;
  /** `PUT /<EHLO name>` with a script; `GET /<EHLO name>`: the lines that were heard from it, without the mail. */
  apiUrl: string;
  stop(): Promise<void>;
};

const usual: SmtpScript = {
  EHLO: '250-scripted.test\n250 AUTH PLAIN LOGIN',
  AUTH: '235 2.7.0 ok',
  DATA: '354 go on',
};

export async function startScriptedSmtp(): Promise<ScriptedSmtp> {
  const scripts = new Map<string, SmtpScript>();
  const heard = new Map<string, string[]>();
  const sockets = new Set<Socket>();

  function converse(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let script = usual;
    let lines: string[] = [];
    let begun = '';
    let isMail = false;
    const say = (answer: string) => socket.write(`${answer.replaceAll('\n', '\r\n')}\r\n`);
    say('220 scripted.test');
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      const complete = (begun + chunk).split('\r\n');
      begun = complete.pop() ?? '';
      for (const line of complete) {
        const verb = isMail ? '.' : (line.split(' ')[0]?.toUpperCase() ?? '');
        if (isMail && line !== '.') continue;
        if (verb === 'EHLO') {
          const name = line.slice(5);
          script = { ...usual, ...scripts.get(name) };
          lines = [];
          heard.set(name, lines);
        }
        lines.push(line);
        const answer = script[line] ?? script[verb] ?? '250 2.0.0 ok';
        isMail = verb === 'DATA' && answer.startsWith('3');
        say(answer);
      }
    });
  }

  const server = createServer(converse).listen(0, '127.0.0.1');
  const api = createHttpServer(async (request, response) => {
    const name = decodeURIComponent((request.url ?? '').slice(1));
    if (request.method === 'PUT') scripts.set(name, JSON.parse(await text(request)));
    response.setHeader('content-type', 'application/json').end(JSON.stringify(heard.get(name) ?? []));
  }).listen(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(api, 'listening')]);
  const portOf = (listener: { address(): unknown }) => (listener.address() as AddressInfo).port;
  return {
    url: `smtp://test:test@127.0.0.1:${portOf(server)}`,
    apiUrl: `http://127.0.0.1:${portOf(api)}`,
    async stop() {
      api.close();
      api.closeAllConnections();
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
