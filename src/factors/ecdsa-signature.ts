// ECDSA signatures of the curve P-256: from ASN.1 DER, as authenticators send them (WebAuthn, section 6.5.5), to the two
// numbers side by side, as Web Cryptography takes them.

const numberBytes = 32;

/** Undefined for what is not the one DER spelling of two numbers of at most 32 bytes (ITU-T X.690, section 10). */
export function rawEcdsaSignature(der: Uint8Array): Uint8Array | undefined {
  // A sequence. Its length fits in one byte.
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const raw = new Uint8Array(2 * numberBytes);
  let place = 2;
  for (const end of [numberBytes, 2 * numberBytes]) {
    const length = der[place + 1] ?? 0;
    let number = der.subarray(place + 2, place + 2 + length);
    if (der[place] !== 2 || length === 0 || number.length !== length) return undefined;
    place += 2 + length;
    const [first = 0, second = 0] = number;
    // Negative, or with more zeros in front than the sign needs.
    if (first >= 0x80 || (first === 0 && second < 0x80)) return undefined;
    if (first === 0) number = number.subarray(1);
    if (number.length > numberBytes) return undefined;
    raw.set(number, end - number.length);
  }
  return place === der.length ? raw : undefined;
}
