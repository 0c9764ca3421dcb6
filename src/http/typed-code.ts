// A code as people type and paste it: with spaces, dashes and invisible characters, and with the digits of their own keyboard.

/** 6 or 8 digits, or 12 characters of base32; nothing for what can be no code. */
export function cleanedCode(typed: string): string | undefined {
  const code = typed
    .replace(/[\s\p{Pd}\u2212\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/\p{Nd}/gu, asciiDigit)
    .toUpperCase();
  return /^(\d{6}|\d{8}|[0-9A-HJKMNP-TV-Z]{12})$/.test(code) ? code : undefined;
}

/** Digits of any script come in runs of ten, from zero up (The Unicode Standard, section 4.6). */
function asciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let zero = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((point - zero) % 10);
}
