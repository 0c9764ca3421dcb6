// The example as a Worker of its own: what its wrangler.toml names.

import { env } from 'cloudflare:workers';
import { createResource } from './resource.ts';

const { ISSUER, AUDIENCE } = env as unknown as Record<'ISSUER' | 'AUDIENCE', string>;

export default createResource({ issuer: ISSUER, audience: AUDIENCE, status: true });
