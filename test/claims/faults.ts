// What may be wrong with an application's function, and what PostgreSQL calls it.

export type Fault = {
  readonly body: string;
  readonly language?: 'sql' | 'plpgsql';
  readonly sqlstate: string;
  readonly says: RegExp;
};

const raising = (statement: string) => ({ body: `begin ${statement}; end`, language: 'plpgsql' as const });

export const faults: Readonly<Record<string, Fault>> = {
  'raises an error': {
    ...raising(`raise 'no organization'`),
    sqlstate: 'LK001',
    says: /P0001 no organization/,
  },
  'divides by zero': {
    body: `select jsonb_build_object('org', 1 / (u.version * 0))`,
    sqlstate: 'LK001',
    says: /22012/,
  },
  'asserts in vain': {
    ...raising(`assert false, 'no organization'`),
    sqlstate: 'P0004',
    says: /no organization/,
  },
  'is cancelled': { ...raising(`raise query_canceled`), sqlstate: '57014', says: /./ },
  'returns null': { body: 'select null::jsonb', sqlstate: 'LK002', says: /object/ },
  'returns no row': { body: `select '{}'::jsonb where false`, sqlstate: 'LK002', says: /object/ },
  'returns a list': { body: `select '["acme"]'::jsonb`, sqlstate: 'LK002', says: /object/ },
  'returns a word': { body: `select '"acme"'::jsonb`, sqlstate: 'LK002', says: /object/ },
  'returns too much': {
    body: `select jsonb_build_object('org', repeat('é', 600))`,
    sqlstate: 'LK003',
    says: /1211 bytes/,
  },
  'returns another subject': { body: `select '{"sub": "somebody"}'::jsonb`, sqlstate: 'LK004', says: /sub/ },
  'returns a role': { body: `select '{"role": "admin"}'::jsonb`, sqlstate: 'LK004', says: /role/ },
};
