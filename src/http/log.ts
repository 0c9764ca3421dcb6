// Structured log lines: one JSON object each, which Workers Logs indexes by its fields.

import type { Log } from '../context.ts';

export const logToConsole: Log = (level, event, fields) => {
  console[level](JSON.stringify({ level, event, ...fields }));
};
