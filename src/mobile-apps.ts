// Validates the mobile apps of the configuration, which open the service's links instead of the browser (Universal
// Links, App Links).

import * as z from 'zod/mini';

export const appleAppId = z.string().check(
  z.regex(/^[A-Z0-9]{10}\.[A-Za-z0-9.-]+$/, {
    error: 'must be a team id, a dot and a bundle id, such as 9JA89QQLNQ.com.example.app',
  }),
);

/**
 * `package=fingerprint`. The SHA-256 fingerprint of a certificate is 32 bytes in hexadecimal, separated by colons.
 */
export const androidApp = z.pipe(
  z.string().check(
    z.regex(/^[A-Za-z]\w*(\.[A-Za-z]\w*)+=[\dA-F]{2}(:[\dA-F]{2}){31}$/i, {
      error:
        'must be a package, "=" and its SHA-256 certificate fingerprint, such as com.example.app=14:6D:…:5B',
    }),
  ),
  z.transform((text: string) => {
    const [packageName = '', fingerprint = ''] = text.split('=');
    return { packageName, fingerprint: fingerprint.toUpperCase() };
  }),
);
