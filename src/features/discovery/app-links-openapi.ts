// What opens mailed links in an app, as the OpenAPI document describes it.

import * as z from 'zod/mini';
import { describe, type Feature, noted } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { androidAppLinks } from './android-app-links.ts';
import { appleAppLinks } from './apple-app-links.ts';
import { relatedOrigins } from './related-origins.ts';

const AppleAppSiteAssociation = z.object({
  applinks: z.object({ details: z.array(z.looseObject({ appIDs: z.array(z.string()) })) }),
  webcredentials: z.object({ apps: z.array(z.string()) }),
});
const AssetLinks = z.array(
  z.object({
    relation: z.array(z.string()),
    target: z.object({
      namespace: z.string(),
      package_name: z.string(),
      sha256_cert_fingerprints: z.array(z.string()),
    }),
  }),
);
const RelatedOrigins = z.object({ origins: z.array(noted(z.string(), { format: 'uri' })) });
const apple = {
  applinks: {
    details: [
      {
        appIDs: ['ABCDE12345.com.example.app'],
        components: [{ '/': '/verify-email', '?': { token: '?*' } }],
      },
    ],
  },
  webcredentials: { apps: ['ABCDE12345.com.example.app'] },
};
const android = [
  {
    relation: ['delegate_permission/common.handle_all_urls'],
    target: {
      namespace: 'android_app',
      package_name: 'com.example.app',
      sha256_cert_fingerprints: ['14:6D:E9:…'],
    },
  },
];

export const appLinks: Feature = {
  tag: tags.pages,
  schemas: { AppleAppSiteAssociation, AssetLinks, RelatedOrigins },
  operations: [
    describe(appleAppLinks, {
      id: 'getAppleAppSiteAssociation',
      summary: 'Opens mailed links in the iOS app, and gives it passkeys',
      description: 'There only where the operator has named an app.',
      answers: {
        200: {
          description: 'The association.',
          headers: ['Cache-Control'],
          content: { schema: AppleAppSiteAssociation, examples: { apple } },
        },
      },
      problems: ['not-found'],
    }),
    describe(androidAppLinks, {
      id: 'getAssetLinks',
      summary: 'Opens mailed links in the Android app, and gives it passkeys',
      description: 'There only where the operator has named an app.',
      answers: {
        200: {
          description: 'The statements.',
          headers: ['Cache-Control'],
          content: { schema: AssetLinks, examples: { android } },
        },
      },
      problems: ['not-found'],
    }),
    describe(relatedOrigins, {
      id: 'getRelatedOrigins',
      summary: 'Which pages may use the passkeys',
      description:
        'For browsers, which look for it at the host of the RP ID, where a page of another domain asks for a passkey.',
      answers: {
        200: {
          description: 'The origins.',
          headers: ['Cache-Control'],
          content: {
            schema: RelatedOrigins,
            examples: { one: { origins: ['https://auth.example.com', 'https://example.com'] } },
          },
        },
      },
    }),
  ],
};
