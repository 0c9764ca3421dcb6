// What the Workers talk to, in a process of its own so that it shares no thread with the load: the SQL-over-HTTP endpoint,
// once for each delay, a mail server that takes everything and keeps nothing, and the keys of a provider of ID tokens.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { startNeonHttp } from '../../src/local/neon-http.ts';

export type Outside = {
  /** By the milliseconds that are added to a round trip. */
  endpoints: Record<number, string>;
  smtpUrl: string;
  /** Where the provider shows its keys. */
  keysUrl: string;
};

const [postgresUrl = '', providersKeys = '', ...delays] = process.argv.slice(2);
const endpoints: Record<number, string> = {};
for (const delay of delays.map(Number)) {
  endpoints[delay] = (await startNeonHttp({ postgresUrl, port: 0, delayMilliseconds: delay })).endpoint;
}

const mail = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  disableReverseLookup: true,
  onAuth: (auth, _session, callback) => callback(null, { user: auth.username ?? '' }),
  onData(stream, _session, callback) {
    stream.resume();
    stream.once('end', () => callback());
  },
});
// A client that hangs up after its mail is no reason to end.
mail.on('error', () => {});
mail.listen(0, '127.0.0.1');
await once(mail.server, 'listening');

const smtpUrl = `smtp://bench:bench@127.0.0.1:${(mail.server.address() as AddressInfo).port}`;

const provider = createServer((_, response) => {
  response.setHeader('Content-Type', 'application/json').end(providersKeys);
}).listen(0, '127.0.0.1');
await once(provider, 'listening');
const keysUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/`;
process.send?.({ endpoints, smtpUrl, keysUrl } satisfies Outside);
process.once('disconnect', () => process.exit());
