import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contrast, defaultColor, palettes } from '../../src/brand.ts';

const channel = fc.integer({ min: 0, max: 255 });
const color = fc
  .tuple(channel, channel, channel)
  .map((channels) => `#${channels.map((value) => value.toString(16).padStart(2, '0')).join('')}`);

/** What pages and mails lay them on (src/http/page-style.ts). */
const surfaces = {
  light: { card: '#ffffff', page: '#f7f7f8' },
  dark: { card: '#171a20', page: '#0f1115' },
} as const;

test('whatever the colour is, the edges of buttons, their letters and links can be told from what is behind them, in both themes', () => {
  fc.assert(
    fc.property(color, (chosen) => {
      for (const theme of ['light', 'dark'] as const) {
        const { act, edge, onAct, link } = palettes(chosen)[theme];
        const { card, page } = surfaces[theme];
        expect(act).toBe(chosen);
        expect(contrast(edge, card)).toBeGreaterThanOrEqual(3);
        expect(contrast(onAct, act)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(link, card)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(link, page)).toBeGreaterThanOrEqual(4.5);
        for (const written of [edge, onAct, link]) expect(written).toMatch(/^#[0-9a-f]{6}$/);
      }
    }),
    { numRuns: 2_000, examples: [['#000000'], ['#ffffff'], ['#ffd400'], ['#0f1115'], ['#777777']] },
  );
});

test('a colour that has the contrast is the operator’s own, to the digit', () => {
  fc.assert(
    fc.property(color, (chosen) => {
      for (const theme of ['light', 'dark'] as const) {
        const { card, page } = surfaces[theme];
        const { edge, link } = palettes(chosen)[theme];
        if (contrast(chosen, card) >= 3) expect(edge).toBe(chosen);
        if (contrast(chosen, card) >= 4.5 && contrast(chosen, page) >= 4.5) expect(link).toBe(chosen);
      }
    }),
  );
  const { light, dark } = palettes(defaultColor);
  expect([light.edge, dark.edge]).toEqual([defaultColor, defaultColor]);
});
