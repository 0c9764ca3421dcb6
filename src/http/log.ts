// Structured log lines: one JSON object each, which Workers Logs indexes by its fields.

export type Log = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** Never given tokens, addresses, passwords or the parameters of a statement. */
export const logToConsole: Log = (level, event, fields) => {
  console[level](JSON.stringify({ level, event, ...fields }));
};
