// The load: every connection asks again as soon as it is answered. Written to the socket by hand, because undici costs three
// times the processor here, and generator, Worker, endpoint and PostgreSQL share the machine.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type Call = {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  body?: string;
  /** What goes on with the answer: they count as one, and no slice ends between them. */
  readonly followedBy?: (answer: Answer) => Call;
};
export type Answer = { readonly status: number; readonly head: string; readonly body: string };
type Headers = Readonly<Record<string, string>>;

export type Load = {
  readonly origin: string;
  readonly connections: number;
  readonly seconds: number;
  /** The status of every answer; another one ends the bench. */
  readonly status: number;
  /** What a connection asks next. */
  next(connection: number): Call;
  /** What a connection was answered. */
  answered?(connection: number, body: string): void;
};

export type Loaded = { readonly requests: number; readonly seconds: number; readonly milliseconds: number[] };

export async function run(load: Load): Promise<Loaded> {
  const { hostname, port, host } = new URL(load.origin);
  const sockets = await Promise.all(
    Array.from({ length: load.connections }, async () => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      await once(socket, 'connect');
      return socket.setEncoding('latin1');
    }),
  );
  const milliseconds: number[] = [];
  const start = performance.now();
  const end = start + load.seconds * 1000;
  await Promise.all(
    sockets.map(async (socket, connection) => {
      do {
        const asked = performance.now();
        let body = '';
        for (let call: Call | undefined = load.next(connection); call; ) {
          const answer = await exchange(socket, written(call, host));
          body = answer.body;
          if (answer.status !== load.status)
            throw new Error(`${call.method} ${call.path}: ${answer.status} ${body}`);
          call = call.followedBy?.(answer);
        }
        milliseconds.push(performance.now() - asked);
        load.answered?.(connection, body);
      } while (performance.now() < end);
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const socket of sockets) socket.destroy();
  return { requests: milliseconds.length, seconds, milliseconds };
}

function written({ method, path, headers, body = '' }: Call, host: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: bench\r\n${length}${lines.join('')}\r\n${body}`;
}

function exchange(socket: Socket, request: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let text = '';
    function heard(chunk: string) {
      text += chunk;
      const body = completeBody(text);
      if (body === undefined) return;
      socket.off('data', heard).off('close', closed);
      const head = text.slice(0, text.indexOf('\r\n\r\n'));
      resolve({ status: Number(text.slice('HTTP/1.1 '.length, 12)), head, body });
    }
    const closed = () => reject(new Error('The Worker has closed a connection'));
    socket.on('data', heard).once('close', closed);
    socket.write(request);
  });
}

/** What has been sent of an answer's body, once that is all of it. */
function completeBody(text: string): string | undefined {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const body = text.slice(head + 4);
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head + 2))?.[1];
  if (length !== undefined) return body.length >= Number(length) ? body : undefined;
  if (/\r\ntransfer-encoding: chunked/i.test(text.slice(0, head + 2))) {
    return body.endsWith('0\r\n\r\n') ? body.replace(/^[\da-f]+\r\n/i, '') : undefined;
  }
  return body; // 204
}
