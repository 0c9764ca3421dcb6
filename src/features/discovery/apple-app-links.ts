// GET /.well-known/apple-app-site-association: universal links and passwords shared with the iOS app. Mailed links
// open the app where it is installed. Source: Apple, "Supporting associated domains".

import { appLinksCacheSeconds } from '../../bounds.ts';
import { endpoint } from '../../http/endpoint.ts';

export const appleAppLinks = endpoint(
  {
    route: 'GET /.well-known/apple-app-site-association',
    access: 'anybody',
    trips: 0,
    isAvailable: ({ appleAppIds }) => appleAppIds.length > 0,
  },
  ({ config: { appleAppIds } }) => {
    const document = {
      applinks: {
        details: [
          {
            appIDs: appleAppIds,
            // "?*": at least one character. A link without a token opens the page.
            components: ['/verify-email', '/reset-password'].map((path) => ({
              '/': path,
              '?': { token: '?*' },
            })),
          },
        ],
      },
      webcredentials: { apps: appleAppIds },
    };

    return ({ context }) =>
      context.json(document, 200, { 'Cache-Control': `public, max-age=${appLinksCacheSeconds}` });
  },
);
