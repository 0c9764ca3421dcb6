// The client as an app makes it, its requests answered by the service or by a stand-in of the network.

import { createLatchkeyClient, type LatchkeyOptions, memoryStore } from '../../src/client/client.ts';
import { issuer, type Service } from '../service.ts';

export function clientOf(service: Service, options: Partial<LatchkeyOptions> = {}) {
  const signedOut: string[] = [];
  const client = createLatchkeyClient({
    baseUrl: `${issuer}/`,
    store: memoryStore(),
    deviceName: 'Phone',
    onSignedOut: (reason) => void signedOut.push(reason),
    now: () => service.clock.now.getTime(),
    fetch: async (url, { method = 'GET', headers, body }) => {
      const answer = await service.call(method, url.slice(issuer.length), {
        headers: Object.fromEntries(new Headers(headers)),
        ...(body == null ? {} : { body }),
      });
      return new Response(answer.text === '' ? null : answer.text, answer);
    },
    ...options,
  });
  return { client, signedOut };
}

/** Pauses take no time, and limits never strike. */
export const instantly = (milliseconds: number): Promise<void> =>
  milliseconds < 5_000 ? Promise.resolve() : new Promise(() => {});

/** A network that answers so, and the URLs that it was asked for. */
export function counting(answer: () => Response | Promise<Response>) {
  const urls: string[] = [];
  const fetch = async (url: string) => {
    urls.push(url);
    return answer();
  };
  return { urls, fetch };
}
