// The chart for the README: how much of its floor each endpoint reaches, readable on light and dark pages.

import type { Compared } from './compare.ts';
import { figure } from './tables.ts';

const rowHeight = 26;
const top = 64;
const left = 130;
const barWidth = 330;
const width = 860;

/** As it is, at 16 connections. */
export function chart(compared: readonly Compared[]): string {
  const rows = compared.filter(({ added, connections }) => added === 0 && connections === 16);
  const height = top + rows.length * rowHeight + 34;
  const bottom = top + rows.length * rowHeight;
  const bars = rows.map((row, index) => {
    const y = top + index * rowHeight;
    const middle = y + rowHeight / 2;
    const length = Math.min(row.ratio, 1.1) * barWidth;
    return `  <text class="name" x="${left - 10}" y="${middle}" text-anchor="end">${row.endpoint}</text>
  <rect class="floor" x="${left}" y="${y + 4}" width="${barWidth}" height="${rowHeight - 8}" rx="3"/>
  <rect class="ours" x="${left}" y="${y + 4}" width="${length.toFixed(1)}" height="${rowHeight - 8}" rx="3"/>
  <text class="share" x="${left + 8}" y="${middle}">${(row.ratio * 100).toFixed(0)} %</text>
  <text x="${left + barWidth + 16}" y="${middle}">${figure(row.ours.perSecond)}/s · ${figure(row.ours.processorMilliseconds)} ms CPU · ${row.floorWork}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
  <title id="title">Requests a second of each endpoint, as a share of a bare Worker that does the same unavoidable work</title>
  <style>
    text { font: 12px system-ui, sans-serif; fill: #57606a; dominant-baseline: central }
    .head { font-size: 15px; font-weight: 600; fill: #1f2328 }
    .name { fill: #1f2328 }
    .floor { fill: #d0d7de }
    .ours { fill: #1f6feb }
    .share { fill: #fff; font-weight: 600 }
    line { stroke: #57606a; stroke-dasharray: 3 3 }
    @media (prefers-color-scheme: dark) {
      text { fill: #9198a1 }
      .head, .name { fill: #f0f6fc }
      .floor { fill: #30363d }
      .share { fill: #fff }
      line { stroke: #9198a1 }
    }
  </style>
  <text class="head" x="12" y="22">How much of its floor each endpoint reaches</text>
  <text x="12" y="44">Requests a second at 16 connections; the floor is a bare Hono Worker doing the named work alone.</text>
${bars.join('\n')}
  <line x1="${left + barWidth}" y1="${top}" x2="${left + barWidth}" y2="${bottom}"/>
  <text x="${left + barWidth}" y="${bottom + 14}" text-anchor="middle">the floor</text>
</svg>
`;
}
