// What Analytics Engine keeps of a request. Dashboards read it by position (`blob1`, `double1`), so a position is for good: what is
// new comes last. src/signals.md has the table and the queries.

/** What it was: neither who, nor why it was refused. */
const blobs = ['method', 'route', 'status', 'outcome', 'problem'] as const;
const doubles = ['duration_ms', 'database_ms', 'database_trips'] as const;

type Blob = (typeof blobs)[number];
type Double = (typeof doubles)[number];

/** The index is the route: what is rare is sampled apart from what is frequent. */
export function dataPoint(
  request: Readonly<Record<Exclude<Blob, 'outcome' | 'problem'>, string> & Record<Double, number>> &
    Readonly<Partial<Record<'outcome' | 'problem', string | undefined>>>,
): { indexes: string[]; blobs: string[]; doubles: number[] } {
  return {
    indexes: [request.route],
    blobs: blobs.map((name) => request[name] ?? ''),
    doubles: doubles.map((name) => request[name]),
  };
}
