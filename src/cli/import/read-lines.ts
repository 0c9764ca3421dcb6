// Splits a stream into numbered lines, from 1. Bounded memory: holds one line at a time, and refuses lines that are
// too long.

export type Line = { readonly number: number } & ({ readonly text: string } | { readonly refused: string });

export async function* readLines(
  input: AsyncIterable<Uint8Array>,
  { maximumBytes }: { maximumBytes: number },
): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  let number = 0;

  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      keep(chunk.subarray(start, end));
      yield finished();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (bytes > 0) yield finished();

  function keep(piece: Uint8Array): void {
    bytes += piece.length;
    if (bytes > maximumBytes) pieces = [];
    else pieces.push(piece);
  }

  function finished(): Line {
    number += 1;
    const isTooLong = bytes > maximumBytes;
    const whole = Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
    if (isTooLong) return { number, refused: `is longer than ${maximumBytes / 1024} KiB` };
    try {
      return { number, text: decoder.decode(whole) };
    } catch {
      return { number, refused: 'is not UTF-8' };
    }
  }
}
