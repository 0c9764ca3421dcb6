// One request on a connection that is kept, timed from the first byte written to the last byte read.

import { Agent, request } from 'node:http';

export type Answer = {
  readonly status: number;
  /** Every header and the body as they came, but for what names the request, its handle and the date. */
  readonly shown: string;
  readonly body: string;
  readonly milliseconds: number;
};

const agent = new Agent({ keepAlive: true });

export function post(url: string, json: object, headers: Record<string, string> = {}): Promise<Answer> {
  const body = JSON.stringify(json);
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const sent = request(url, {
      method: 'POST',
      agent,
      headers: {
        ...headers,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      },
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const milliseconds = performance.now() - start;
        const { statusCode = 0, rawHeaders } = response;
        const body = Buffer.concat(chunks).toString();
        const whole = [statusCode, ...rawHeaders, body].join('\n');
        resolve({ status: statusCode, shown: withoutIds(whole), body, milliseconds });
      });
    });
    sent.end(body);
  });
}

function withoutIds(text: string): string {
  return text
    .replace(/"request":"[^"]*"/, '"request":"<handle>"')
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '<id>')
    .replace(/^(date)\n.*$/im, '$1\n<date>');
}
