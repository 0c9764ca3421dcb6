// GET /.well-known/assetlinks.json: the mails' links open the Android app where it is installed, which may fill in passwords
// saved for this origin. Source: Google, "Digital Asset Links".

import type { Endpoint } from '../../http/router.ts';
import { appLinksCacheSeconds } from '../../lifetimes.ts';

export const androidAppLinks: Endpoint = (router, { config: { androidApps } }) => {
  if (androidApps.length === 0) return;
  const document = androidApps.map(({ packageName, fingerprint }) => ({
    relation: ['delegate_permission/common.handle_all_urls', 'delegate_permission/common.get_login_creds'],
    target: {
      namespace: 'android_app',
      package_name: packageName,
      sha256_cert_fingerprints: [fingerprint],
    },
  }));

  router.get('/.well-known/assetlinks.json', (context) =>
    context.json(document, 200, { 'Cache-Control': `public, max-age=${appLinksCacheSeconds}` }),
  );
};
