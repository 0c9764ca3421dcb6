// Asks the parts of `npm run dev` whether they answer, until they do.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const secondsToAnswer = 60;

/** Polls a probe until it succeeds. @throws Error with the last result after a timeout. */
export async function answers(what: string, probe: () => Promise<true | string>): Promise<void> {
  const deadline = Date.now() + secondsToAnswer * 1000;
  let lastOutcome = '';
  for (;;) {
    const outcome = await probe().catch((error: Error) => String(error.cause ?? error));
    if (outcome === true) return;
    // A wrong answer will hardly change by waiting, so it is reported at once, not after the timeout.
    if (outcome.includes(' answers ') && outcome !== lastOutcome) console.error(outcome);
    lastOutcome = outcome;
    if (Date.now() > deadline) throw new Error(`${what} is not ready after ${secondsToAnswer} s: ${outcome}`);
    await delay(100);
  }
}

export async function ok(url: string): Promise<true | string> {
  const response = await fetch(url, {
    headers: { accept: 'text/html, */*' },
    signal: AbortSignal.timeout(5000),
  });
  return response.ok || `${url} answers ${response.status} ${(await response.text()).slice(0, 1000)}`;
}

/** Whether an SMTP server greets. */
export async function greets(port: number): Promise<true | string> {
  const socket = connect(port, '127.0.0.1');
  const [greeting] = await once(socket, 'data', { signal: AbortSignal.timeout(5000) });
  socket.end('QUIT\r\n');
  return String(greeting).startsWith('220 ') || String(greeting);
}
