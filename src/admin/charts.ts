// A small chart: bars over time. What it says it says in words too, and the page has a table of all numbers.

import { drawn, element } from './elements.ts';

const height = 48;
const step = 8;

/**
 * @param values null where nobody counted.
 * @param labels what the first and the last bar are of.
 */
export function chart(
  name: string,
  values: readonly (number | null)[],
  labels: readonly [string, string],
  tone: 'plain' | 'bad' = 'plain',
): HTMLElement {
  const known = values.filter((value) => value !== null);
  const sum = known.reduce((total, value) => total + value, 0);
  const most = Math.max(...known, 0);
  const said = `${name}: ${sum.toLocaleString()} in all, at most ${most.toLocaleString()} at once, from ${labels[0]} to ${labels[1]}`;
  const width = Math.max(values.length, 1) * step;
  return element(
    'figure',
    { class: `chart ${tone}` },
    element('figcaption', {}, element('span', {}, name), element('strong', {}, sum.toLocaleString())),
    drawn(
      'svg',
      { role: 'img', 'aria-label': said, viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none' },
      ...values.map((value, index) => {
        // What happened once is to be seen beside what happened a thousand times.
        const tall = !value ? 0 : Math.max((value / most) * height, 2);
        return drawn('rect', { x: index * step + 1, y: height - tall, width: step - 2, height: tall });
      }),
      drawn('line', { x1: 0, x2: width, y1: height, y2: height }),
    ),
    element(
      'p',
      { class: 'axis', 'aria-hidden': 'true' },
      element('span', {}, labels[0]),
      element('span', {}, labels[1]),
    ),
  );
}
