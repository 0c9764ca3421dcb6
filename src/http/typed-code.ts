// A code as people type it: with spaces and hyphens, and with the digits of their own keyboard.

/** 6 or 8 digits, or 12 characters of base32; nothing for what can be no code. */
export function cleanedCode(typed: string): string | undefined {
  const code = typed.replace(/[\s-]/g, '').toUpperCase();
  return /^(\d{6}|\d{8}|[0-9A-HJKMNP-TV-Z]{12})$/.test(code) ? code : undefined;
}
