// SHA-256's compression function (FIPS 180-4 section 6.2.2), on preallocated buffers: it allocates nothing per block.

export function createCompression() {
  const primes = Array.from({ length: 310 }, (_, index) => index + 2).filter(isPrime); // 64
  const fractionOf = (root: number) => (root % 1) * 2 ** 32;
  /** FIPS 180-4 sections 4.2.2 and 5.3.3: fractional parts of the cube and square roots of primes. */
  const constants = Int32Array.from(primes, (prime) => fractionOf(Math.cbrt(prime)));
  const initial = Int32Array.from(primes.slice(0, 8), (prime) => fractionOf(Math.sqrt(prime)));
  const schedule = new Int32Array(64);

  /** Compresses the content of `block` from state `from` into state `to`, which may be the same array. */
  function compress(from: Int32Array, to: Int32Array): void {
    for (let t = 16; t < 64; t += 1) {
      const x = schedule[t - 15] ?? 0;
      const y = schedule[t - 2] ?? 0;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      schedule[t] = ((schedule[t - 16] ?? 0) + s0 + (schedule[t - 7] ?? 0) + s1) | 0;
    }
    let a = from[0] ?? 0;
    let b = from[1] ?? 0;
    let c = from[2] ?? 0;
    let d = from[3] ?? 0;
    let e = from[4] ?? 0;
    let f = from[5] ?? 0;
    let g = from[6] ?? 0;
    let h = from[7] ?? 0;
    for (let t = 0; t < 64; t += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const one = (h + s1 + ((e & f) ^ (~e & g)) + (constants[t] ?? 0) + (schedule[t] ?? 0)) | 0;
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    to[0] = (from[0] ?? 0) + a;
    to[1] = (from[1] ?? 0) + b;
    to[2] = (from[2] ?? 0) + c;
    to[3] = (from[3] ?? 0) + d;
    to[4] = (from[4] ?? 0) + e;
    to[5] = (from[5] ?? 0) + f;
    to[6] = (from[6] ?? 0) + g;
    to[7] = (from[7] ?? 0) + h;
  }
  return { compress, initial, block: schedule.subarray(0, 16) };
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) if (number % divisor === 0) return false;
  return true;
}
