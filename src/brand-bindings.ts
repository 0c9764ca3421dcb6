// The bindings of the brand, and the brand that they make.

import * as z from 'zod/mini';
import { text } from './binding-fields.ts';
import { type Brand, defaultColor, palettes } from './brand.ts';
import { asciiAddress } from './mail/smtp-url.ts';

export const brandBindings = {
  /** It stands in subjects: one short line. */
  BRAND_NAME: z.optional(
    text.check(
      z.refine((name) => /^(?!\s)[^\p{Cc}\p{Zl}\p{Zp}{}]{1,40}(?<!\s)$/u.test(name), {
        error: 'must be a line of 1 to 40 characters without braces',
      }),
    ),
  ),
  BRAND_COLOR: z._default(
    text.check(z.regex(/^#[0-9a-f]{6}$/i, { error: 'must be a colour such as #4f5de8' })),
    defaultColor,
  ),
  /**
   * It stands in a Content-Security-Policy, which `;`, `,` and spaces would end, and where `*` is any host. No fragment, which a source
   * cannot have.
   */
  BRAND_LOGO_URL: z.optional(
    text.check(
      z.refine((url) => /^https:\/\/[\w.:-]+\/[\w.~:/?&=%+@!$()-]*$/.test(url) && URL.canParse(url), {
        error:
          'must be a URL such as https://example.com/logo.svg, without user, fragment and odd characters',
      }),
    ),
  ),
  /** Mails are answered there: it stands in a header field. */
  SUPPORT_EMAIL: z.optional(
    text.check(
      z.refine((address) => asciiAddress(address) !== undefined, {
        error: 'must be an email address, and ASCII before the "@"',
      }),
    ),
  ),
};

export function brandOf(
  read: {
    readonly BRAND_NAME?: string | undefined;
    readonly BRAND_COLOR: string;
    readonly BRAND_LOGO_URL?: string | undefined;
    readonly SUPPORT_EMAIL?: string | undefined;
  },
  appOrigin: string,
): Brand {
  return {
    name: read.BRAND_NAME ?? new URL(appOrigin).host,
    supportEmail: read.SUPPORT_EMAIL,
    logoUrl: read.BRAND_LOGO_URL,
    ...palettes(read.BRAND_COLOR.toLowerCase()),
  };
}
