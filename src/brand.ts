// What an operator puts their own name and colour on: mails and pages.

export type Brand = {
  /** The service's name, in sentences. */
  readonly name: string;
  readonly supportEmail: string | undefined;
  /** Shown on pages alone: mails fetch nothing. */
  readonly logoUrl: string | undefined;
  readonly light: Palette;
  readonly dark: Palette;
};

/** Colours as `#rrggbb`: of a button, which is the operator's own, of its edge, of the letters on it, and of a link. */
export type Palette = {
  readonly act: string;
  readonly edge: string;
  readonly onAct: string;
  readonly link: string;
};

export const defaultColor = '#4f5de8';

/** The backgrounds of cards and pages, darker or lighter than which nothing is. */
const surfaces = {
  light: { card: '#ffffff', page: '#f7f7f8', towards: '#000000' },
  dark: { card: '#171a20', page: '#0f1115', towards: '#ffffff' },
} as const;

/** Of a button's edge against its card (WCAG 2.2, 1.4.11), and of letters (1.4.3). */
const leastOfShapes = 3;
const leastOfLetters = 4.5;

/** For edges and links a colour that lacks contrast in a theme is moved there until it has it: few brands have one for both. */
export function palettes(color: string): { readonly light: Palette; readonly dark: Palette } {
  return { light: paletteIn('light', color), dark: paletteIn('dark', color) };
}

function paletteIn(theme: keyof typeof surfaces, color: string): Palette {
  const { card, page, towards } = surfaces[theme];
  return {
    act: color,
    edge: moved(color, towards, (moved) => contrast(moved, card) >= leastOfShapes),
    // One of them has it on any colour.
    onAct: contrast('#ffffff', color) >= leastOfLetters ? '#ffffff' : '#000000',
    link: moved(color, towards, (moved) =>
      [card, page].every((surface) => contrast(moved, surface) >= leastOfLetters),
    ),
  };
}

function moved(color: string, towards: string, suffices: (color: string) => boolean): string {
  for (let step = 0; step < 50; step += 1) {
    const mixed = mix(color, towards, step / 50);
    if (suffices(mixed)) return mixed;
  }
  return towards;
}

function mix(one: string, other: string, share: number): string {
  const others = channels(other);
  const mixed = channels(one).map((value, at) => Math.round(value + ((others[at] ?? 0) - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** From 1 to 21. Source: WCAG 2.2, "contrast ratio". */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** Source: WCAG 2.2, "relative luminance". */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}
