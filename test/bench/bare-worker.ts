// The least that a Hono Worker can be: what our time to start is compared with.

import { Hono } from 'hono';

const app = new Hono();

app.get('/hello', (context) => context.json({ status: 'ok' }));

// biome-ignore lint/style/noDefaultExport: what a Worker is.
export default app;
