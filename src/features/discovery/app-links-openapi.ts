// What opens mailed links in an app, as the OpenAPI document describes it.

import * as z from 'zod/mini';
import { describe, type Feature } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { androidAppLinks } from './android-app-links.ts';
import { appleAppLinks } from './apple-app-links.ts';

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
  schemas: { AppleAppSiteAssociation, AssetLinks },
  operations: [
    describe(appleAppLinks, {
      id: 'getAppleAppSiteAssociation',
      summary: 'Opens mailed links in the iOS app',
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
      summary: 'Opens mailed links in the Android app',
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
  ],
};
