// GET /.well-known/assetlinks.json: app links and passwords shared with the Android app. Mailed links open the app
// where it is installed. Source: Google, "Digital Asset Links".

import { appLinksCacheSeconds } from '../../bounds.ts';
import { endpoint } from '../../http/endpoint.ts';

export const androidAppLinks = endpoint(
  {
    route: 'GET /.well-known/assetlinks.json',
    access: 'anybody',
    trips: 0,
    isAvailable: ({ androidApps }) => androidApps.length > 0,
  },
  ({ config: { androidApps } }) => {
    const document = androidApps.map(({ packageName, fingerprint }) => ({
      relation: ['delegate_permission/common.handle_all_urls', 'delegate_permission/common.get_login_creds'],
      target: {
        namespace: 'android_app',
        package_name: packageName,
        sha256_cert_fingerprints: [fingerprint],
      },
    }));

    return ({ context }) =>
      context.json(document, 200, { 'Cache-Control': `public, max-age=${appLinksCacheSeconds}` });
  },
);
