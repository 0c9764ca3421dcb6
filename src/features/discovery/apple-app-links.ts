// GET /.well-known/apple-app-site-association: the mails' links open the iOS app where it is installed, which may fill in
// passwords saved for this origin. Source: Apple, "Supporting associated domains".

import type { Endpoint } from '../../http/router.ts';
import { appLinksCacheSeconds } from '../../lifetimes.ts';

export const appleAppLinks: Endpoint = (router, { config: { appleAppIds } }) => {
  // Without an app there is nothing at the path: the router's own 404.
  if (appleAppIds.length === 0) return;
  const document = {
    applinks: {
      details: [
        {
          appIDs: appleAppIds,
          // "?*": at least one character. Without a token the page, where a code can be typed, stays a page.
          components: ['/verify-email', '/reset-password'].map((path) => ({
            '/': path,
            '?': { token: '?*' },
          })),
        },
      ],
    },
    webcredentials: { apps: appleAppIds },
  };

  router.get('/.well-known/apple-app-site-association', (context) =>
    context.json(document, 200, { 'Cache-Control': `public, max-age=${appLinksCacheSeconds}` }),
  );
};
