// Reads along with everything that a run of the tests prints, workerd's own words included, and fails a run that prints a secret.

import { stripVTControlCharacters } from 'node:util';
import { secretIn } from '../../src/local/secrets.ts';

/** A child process for instance, or a Worker that died. */
const unknown = 'something of which Vitest did not say the test';

/**
 * Watches both streams of this process, through which Vitest sends what its workers and their Workers print.
 *
 * @returns ends it: says of each secret its kind and the test that printed it, and has the process end with 1.
 */
export function watchOutput(): () => void {
  const found = new Set<string>();
  const undo = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write;
    let source = unknown;
    let begun = '';
    stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
      const text = begun + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      const lines = stripVTControlCharacters(text).split('\n');
      // A line may come in pieces; one without end is looked at as it grows.
      begun = (lines.at(-1) ?? '').slice(-10_000);
      for (const line of lines) {
        source = line === '' ? unknown : (/^std(?:out|err) \| (.+)$/.exec(line)?.[1] ?? source);
        const kind = secretIn(line);
        if (kind) found.add(`${kind}, printed by ${source}`);
      }
      return write.call(stream, chunk, ...rest);
    }) as typeof write;
    return () => {
      stream.write = write;
    };
  });
  return () => {
    for (const restore of undo) restore();
    for (const secret of found) console.error(`A secret in the output: ${secret}`);
    if (found.size > 0) process.exitCode = 1;
  };
}
