// CBOR (RFC 8949), as much of it as authenticators send: definite lengths in their shortest form, no tags, no
// floating point numbers. Whatever else comes is refused (WebAuthn, section 2.4: as CTAP2's canonical form asks). The order
// of keys is not looked at: it means nothing.

export type CborKey = number | string;
export type CborMap = ReadonlyMap<CborKey, CborValue>;
export type CborValue =
  | number
  | string
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly CborValue[]
  | CborMap;

/** The least number that has 1, 2, 4 or 8 bytes behind the first. */
const leastOfSize = [24, 2 ** 8, 2 ** 16, 2 ** 32] as const;

/** A compound attestation has five levels. */
const maximumDepth = 8;

/** @throws Error for what is not one item and nothing behind it. The message never quotes the input. */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const [value, end] = decodeFirst(bytes, 0);
  if (end !== bytes.length) throw new Error('CBOR: bytes behind the item');
  return value;
}

/**
 * The item that begins at `start`, and where it ends.
 *
 * @throws Error for what is no item.
 */
export function decodeFirst(bytes: Uint8Array, start: number): readonly [CborValue, end: number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let place = start;

  /** A safe integer of 1, 2, 4 or 8 bytes. */
  const unsigned = (size: number): number => {
    const at = place;
    place += size;
    if (place > bytes.length) throw new Error('CBOR: cut short');
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at);
    if (size === 4) return view.getUint32(at);
    const number = Number(view.getBigUint64(at));
    if (!Number.isSafeInteger(number)) throw new Error('CBOR: number too large');
    return number;
  };

  const content = (length: number): Uint8Array => {
    // Before anything is made of this length: it is what the sender says.
    if (length > bytes.length - place) throw new Error('CBOR: cut short');
    place += length;
    return bytes.subarray(place - length, place);
  };

  const item = (depth: number): CborValue => {
    if (depth > maximumDepth) throw new Error('CBOR: too deep');
    const head = unsigned(1);
    const [major, information] = [head >> 5, head & 31];
    if (major === 7) {
      // False, true, null, undefined.
      if (information < 20 || information > 23) throw new Error('CBOR: kind of value not taken');
      return [false, true, null, undefined][information - 20];
    }
    if (information > 27) throw new Error('CBOR: indefinite length');
    const argument = information < 24 ? information : unsigned(2 ** (information - 24));
    if (argument < (leastOfSize[information - 24] ?? 0)) throw new Error('CBOR: not the shortest form');
    if (major === 0) return argument;
    if (major === 1) return -1 - argument;
    if (major === 2) return content(argument).slice();
    if (major === 3)
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content(argument));
    if (major === 6) throw new Error('CBOR: kind of value not taken');
    const list: CborValue[] = [];
    const map = new Map<CborKey, CborValue>();
    // Ends with the bytes, however large the number: each item takes one at least.
    for (let count = 0; count < argument; count += 1) {
      const first = item(depth + 1);
      if (major === 4) {
        list.push(first);
        continue;
      }
      if (typeof first !== 'number' && typeof first !== 'string')
        throw new Error('CBOR: kind of key not taken');
      if (map.has(first)) throw new Error('CBOR: a key twice');
      map.set(first, item(depth + 1));
    }
    return major === 4 ? list : map;
  };

  const value = item(0);
  return [value, place];
}

export function isMap(value: CborValue): value is CborMap {
  return value instanceof Map;
}
